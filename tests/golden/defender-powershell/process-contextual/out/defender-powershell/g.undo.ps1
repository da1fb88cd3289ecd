#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Undo: takes exclusions out of Microsoft Defender Antivirus on this computer.
#
#   carveout 0.1.0: defender-powershell for g of site s
#   from profile vendor/product
#   from profile vendor/other
#   preview: not yet tried on the product itself
#   ExclusionPath: a folder with a program behind it is left alone only when that program opens what is in it; a platform before 4.18.2205.7 or an engine before 1.1.19300.2 does not know such entries, and many of them cost performance
#
# It takes away an entry listed below only where the record under $Record says
# that carveout's own script added it on this computer. An entry that was there
# before, or that somebody else added, stays; so does all that is not listed.
# -WhatIf only says what it would do. Exit code 0: done; 1: not done, the last
# line says why.
#
# Run it in the 64-bit Windows PowerShell, from Intune too. Defender logs each
# change as event 5007 in Microsoft-Windows-Windows Defender/Operational.
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
    'C:\ProgramData\Vendor\:{PathType:folder,Process:"C:\Program Files\Vendor\agent.exe"}' # vendor/product#exclusions/agent (page), vendor/product#exclusions/data (page)
    'C:\ProgramData\Vendor\:{PathType:folder,Process:"C:\Program Files\Vendor\O''Brien\helper.exe"}' # vendor/product#exclusions/helper (page), vendor/product#exclusions/data (page)
    'C:\ProgramData\Vendor Logs\:{PathType:folder,Process:"C:\Program Files\Vendor\agent.exe"}' # vendor/product#exclusions/agent (page), vendor/product#exclusions/logs (page)
    'C:\ProgramData\Vendor Logs\:{PathType:folder,Process:"C:\Program Files\Vendor\O''Brien\helper.exe"}' # vendor/product#exclusions/helper (page), vendor/product#exclusions/logs (page)
    'C:\ProgramData\Other' # vendor/other#exclusions/whole (page)
)
# Files with this extension, anywhere: not scanned.
$ExclusionExtension = @(
)
# Files that this program opens: not scanned. Its own file still is.
$ExclusionProcess = @(
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

try {
    Assert-Defender
    $before = Get-Exclusion
    $removed = @{}
    foreach ($list in $Lists) {
        $removed[$list] = @()
        $recorded = @(Get-Recorded $list)
        foreach ($entry in $Entries[$list]) {
            if ($before[$list] -notcontains $entry) {
                continue
            }
            if ($recorded -notcontains $entry) {
                "stays, carveout did not add it here: $list $entry"
            } elseif ($PSCmdlet.ShouldProcess($entry, "remove from $list")) {
                $exclusion = @{ $list = $entry }
                Remove-MpPreference @exclusion -ErrorAction Stop
                $removed[$list] += $entry
            }
        }
    }

    # Defender may say yes and do nothing: only what it shows now counts.
    $after = Get-Exclusion
    $refused = 0
    foreach ($list in $Lists) {
        $stuck = @($removed[$list] | Where-Object { $after[$list] -contains $_ })
        foreach ($entry in $stuck) {
            "refused: $list $entry"
            $refused++
        }
        $recorded = @(Get-Recorded $list)
        $gone = @($Entries[$list] | Where-Object {
            $recorded -contains $_ -and $after[$list] -notcontains $_ })
        if ($gone) {
            $others = @($recorded | Where-Object { $gone -notcontains $_ })
            Set-Recorded $list $others
        }
        '{0}: {1} taken away' -f $list, ($removed[$list].Count - $stuck.Count)
    }
    if (Test-Path -LiteralPath $Record) {
        $key = Get-Item -LiteralPath $Record
        if ($key.ValueCount -eq 0 -and $key.SubKeyCount -eq 0) {
            Remove-Item -LiteralPath $Record -Confirm:$false
        }
    }
    if ($refused) {
        throw "Defender did not let go of $refused of the entries"
    }
} catch {
    "failed: $($_.Exception.Message)"
    exit 1
}
exit 0
