#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Adds exclusions to Microsoft Defender Antivirus on this computer.
#
#   carveout 0.1.0: defender-powershell for g of site s
#   from profile vendor/product
#   from profile vendor/other
#   preview: not yet tried on the product itself
#   ExclusionPath: an excluded program's own file is not scanned in any scan, so whatever is put in its place is not scanned either
#   ExclusionProcess: network protection and attack surface reduction rules cannot inspect an excluded process, and only real-time protection leaves alone what it opens, not a scheduled or on-demand scan
#
# It reads the exclusions that are there, adds those that are missing, reads
# them again and says what it found; run a second time, it changes nothing.
# -WhatIf only says what it would do. What it added itself it records under
# $Record, for administrators only: the undo script takes away those entries
# and no others. Exit code 0: done; 1: not done, the last line says why.
#
# Run it in the 64-bit Windows PowerShell, from Intune too. Defender logs each
# change as event 5007 in Microsoft-Windows-Windows Defender/Operational, and
# rules that watch for Add-MpPreference will see it: tell those who watch.
# Where tamper protection guards the exclusions, Defender may refuse a change,
# or seem to take it and not do so.

[CmdletBinding(SupportsShouldProcess = $true)]
param()

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

# The registry key of the record.
$Record = 'HKLM:\SOFTWARE\carveout\s\g'

# Each entry stands with the rows that ask for it.
# A file, or a folder with all that is below it: not scanned.
$ExclusionPath = @(
    'C:\Program Files\Vendor\agent.exe' # vendor/product#exclusions/agent (page), vendor/other#exclusions/image (page)
    'C:\Program Files\Vendor\O''Brien\helper.exe' # vendor/product#exclusions/helper (page)
    'C:\Other\tool.exe' # vendor/other#exclusions/tool (page)
)
# Files with this extension, anywhere: not scanned.
$ExclusionExtension = @(
)
# Files that this program opens: not scanned. Its own file still is.
$ExclusionProcess = @(
    'C:\Program Files\Vendor\agent.exe' # vendor/product#exclusions/agent (page)
    'C:\Program Files\Vendor\O''Brien\helper.exe' # vendor/product#exclusions/helper (page)
    'C:\Other\tool.exe' # vendor/other#exclusions/tool (page)
)

$Lists = 'ExclusionPath', 'ExclusionExtension', 'ExclusionProcess'
$Entries = @{
    ExclusionPath = $ExclusionPath
    ExclusionExtension = $ExclusionExtension
    ExclusionProcess = $ExclusionProcess
}

function Assert-Defender {
    if ($env:PROCESSOR_ARCHITEW6432) {
        throw 'this is the 32-bit PowerShell; run the script in the 64-bit one'
    }
    if (-not (Get-Command Get-MpPreference -ErrorAction SilentlyContinue)) {
        throw 'this computer has no Microsoft Defender (no Get-MpPreference)'
    }
}

# The exclusions that Defender has now, by list.
function Get-Exclusion {
    try {
        $preference = Get-MpPreference -ErrorAction Stop
    } catch {
        $why = $_.Exception.Message
        throw "Defender is off, or another antivirus is active: $why"
    }
    $found = @{}
    foreach ($list in $Lists) {
        $found[$list] = @($preference.$list | Where-Object { $_ })
        # A sentence that begins so stands where the list is hidden.
        if ($found[$list] -like 'N/A:*') {
            throw "Defender hides its exclusions: $($found[$list])"
        }
    }
    return $found
}

# The entries of a list that the script added on this computer.
function Get-Recorded([string] $List) {
    if (Test-Path -LiteralPath $Record) {
        if ((Get-Item -LiteralPath $Record).Property -contains $List) {
            (Get-ItemProperty -LiteralPath $Record -Name $List).$List
        }
    }
}

function Set-Recorded([string] $List, [string[]] $Values) {
    $value = @{ LiteralPath = $Record; Name = $List; Confirm = $false }
    if ($Values) {
        New-ItemProperty @value -PropertyType MultiString -Value $Values -Force |
            Out-Null
    } else {
        Remove-ItemProperty @value
    }
}

# The record, for SYSTEM and administrators only, as Defender's own list is.
function Initialize-Record {
    if (-not (Test-Path -LiteralPath $Record)) {
        New-Item -Path $Record -Force -Confirm:$false | Out-Null
    }
    $acl = Get-Acl -LiteralPath $Record
    $sddl = 'D:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)'
    $acl.SetSecurityDescriptorSddlForm($sddl, 'Access')
    Set-Acl -LiteralPath $Record -AclObject $acl -Confirm:$false
}

# Says what may keep an entry from being added or from having an effect.
function Show-Obstacle {
    $quiet = @{ ErrorAction = 'SilentlyContinue' }
    $tamper = Get-MpComputerStatus @quiet |
        Select-Object -ExpandProperty IsTamperProtected @quiet
    if ($tamper) {
        'note: tamper protection is on; Defender may refuse a change from here'
    }
    $key = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows Defender'
    $merge = Get-ItemProperty -LiteralPath $key -Name DisableLocalAdminMerge @quiet
    if ($merge -and $merge.DisableLocalAdminMerge -eq 1) {
        'note: DisableLocalAdminMerge is set; Defender ignores what is added here'
    }
}

try {
    Assert-Defender
    $before = Get-Exclusion
    Show-Obstacle
    $added = @{}
    foreach ($list in $Lists) {
        $added[$list] = @()
        foreach ($entry in $Entries[$list]) {
            if ($before[$list] -notcontains $entry -and
                $PSCmdlet.ShouldProcess($entry, "add to $list")) {
                Initialize-Record
                $exclusion = @{ $list = $entry }
                Add-MpPreference @exclusion -ErrorAction Stop
                $added[$list] += $entry
                $others = @(Get-Recorded $list | Where-Object { $_ -ne $entry })
                Set-Recorded $list ($others + $entry)
            }
        }
    }

    # Defender may say yes and do nothing: only what it shows now counts.
    $after = Get-Exclusion
    $refused = 0
    foreach ($list in $Lists) {
        $there = @($Entries[$list] | Where-Object { $after[$list] -contains $_ })
        foreach ($entry in $Entries[$list]) {
            if ($there -contains $entry) {
                continue
            }
            if ($added[$list] -notcontains $entry) {
                "left out: $list $entry"
                continue
            }
            "refused: $list $entry"
            $refused++
            $others = @(Get-Recorded $list | Where-Object { $_ -ne $entry })
            Set-Recorded $list $others
        }
        $new = @($there | Where-Object { $added[$list] -contains $_ })
        '{0}: {1} asked for, {2} there, {3} of them added now' -f
            $list, $Entries[$list].Count, $there.Count, $new.Count
    }
    if ($refused) {
        throw "Defender did not take $refused of the entries"
    }
} catch {
    "failed: $($_.Exception.Message)"
    exit 1
}
exit 0
