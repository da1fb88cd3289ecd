#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Undo: takes exclusions out of Microsoft Defender Antivirus on this computer.
#
#   carveout 0.1.0: defender-powershell for kiosks of site cloud
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   ExclusionPath: a folder with a program behind it is left alone only when that program opens what is in it; a platform before 4.18.2205.7 or an engine before 1.1.19300.2 does not know such entries, and many of them cost performance; subfolders of a folder that are reparse points (junctions, mounted volumes) are not covered by its entry and need their own
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
# The registry key of the record: what carveout's scripts added on this computer.
$Record = 'HKLM:\SOFTWARE\carveout\cloud\kiosks'
# Each entry stands with the rows that ask for it.
# A file, or a folder with all that is below it: not scanned.
$ExclusionPath = @(
    'E:\Tanium\Tanium Client\Python38\:{PathType:folder,Process:"E:\Tanium\Tanium Client\Python38\TPython.exe"}' # tanium/threat-response#exclusions/cloud-tpython-38 (requirements), tanium/threat-response#exclusions/cloud-python-38-folder (requirements)
    'E:\Tanium\Tanium Client\Python38\:{PathType:folder,Process:"E:\Tanium\Tanium Client\TaniumCX.exe"}' # tanium/threat-response#exclusions/cloud-python-38-folder (requirements), tanium/threat-response#exclusions/cloud-windows-taniumcx (requirements), tanium/core#exclusions/windows-taniumcx (client)
    'E:\Tanium\Tanium Client\Tools\StdUtils\:{PathType:folder,Process:"E:\Tanium\Tanium Client\TaniumCX.exe"}' # tanium/threat-response#exclusions/cloud-windows-taniumcx (requirements), tanium/core#exclusions/windows-stdutils (client), tanium/core#exclusions/windows-taniumcx (client)
    'E:\Tanium\Tanium Client\Tools\StdUtils\:{PathType:folder,Process:"E:\Tanium\Tanium Client\TaniumClient.exe"}' # tanium/core#exclusions/windows-stdutils (client), tanium/core#exclusions/windows-taniumclient (client)
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
# -WhatIf and -Confirm are for the cmdlets that have none of their own.
$Cmdlet = $PSCmdlet
function Test-Change([string] $Entry, [string] $What) {
    return $Cmdlet.ShouldProcess($Entry, $What)
}
# Stops where no Defender could be asked.
function Assert-Defender {
    if ($env:PROCESSOR_ARCHITEW6432) {
        throw 'this is the 32-bit PowerShell; run the script in the 64-bit one'
    }
    if (-not (Get-Command Get-MpPreference -ErrorAction SilentlyContinue)) {
        throw 'no Defender: this computer has no Get-MpPreference'
    }
    $service = Get-Service -Name WinDefend -ErrorAction SilentlyContinue
    if (-not $service) {
        throw 'no Defender: this computer has no service WinDefend'
    }
    if ($service.Status -ne 'Running') {
        throw 'no Defender: its service WinDefend does not run'
    }
}
# The exclusions that Defender has now, by list.
function Get-Exclusion {
    try {
        $preference = Get-MpPreference -ErrorAction Stop
    } catch {
        $why = $_.Exception.Message
        throw "no Defender: it is off, or another antivirus is active: $why"
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
# Says what may keep an entry from being added or from having an effect.
function Show-Obstacle {
    $quiet = @{ ErrorAction = 'SilentlyContinue' }
    $tamper = Get-MpComputerStatus @quiet |
        Select-Object -ExpandProperty IsTamperProtected @quiet
    if ($tamper) {
        'note: tamper protection is on; Defender may refuse a change from here'
    }
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows Defender\Features'
    $guard = Get-ItemProperty -LiteralPath $key -Name TPExclusions @quiet
    if ($guard -and $guard.TPExclusions -eq 1) {
        'note: tamper protection guards the exclusions; Intune has to set them'
    }
    $key = 'HKLM:\SOFTWARE\Policies\Microsoft\Windows Defender'
    $merge = Get-ItemProperty -LiteralPath $key -Name DisableLocalAdminMerge @quiet
    if ($merge -and $merge.DisableLocalAdminMerge -eq 1) {
        'note: DisableLocalAdminMerge is set; Defender ignores what is added here'
    }
}
# The entries of a list that a record holds.
function Get-Recorded([string] $Key, [string] $List) {
    if (Test-Path -LiteralPath $Key) {
        if ((Get-Item -LiteralPath $Key).Property -contains $List) {
            (Get-ItemProperty -LiteralPath $Key -Name $List).$List
        }
    }
}
function Set-Recorded([string] $Key, [string] $List, [string[]] $Values) {
    $value = @{ LiteralPath = $Key; Name = $List; Confirm = $false }
    if ($Values) {
        New-ItemProperty @value -PropertyType MultiString -Value $Values -Force |
            Out-Null
    } else {
        Remove-ItemProperty @value
    }
}
function Remove-Recorded([string] $Key, [string] $List, [string] $Entry) {
    $recorded = @(Get-Recorded $Key $List)
    if ($recorded -contains $Entry) {
        Set-Recorded $Key $List @($recorded | Where-Object { $_ -ne $Entry })
    }
}
function Clear-Record([string] $Key) {
    if (Test-Path -LiteralPath $Key) {
        $item = Get-Item -LiteralPath $Key
        if ($item.ValueCount -eq 0 -and $item.SubKeyCount -eq 0) {
            Remove-Item -LiteralPath $Key -Confirm:$false
        }
    }
}
try {
    Assert-Defender
    $before = Get-Exclusion
    Show-Obstacle
    $removed = @{}
    foreach ($list in $Lists) {
        $removed[$list] = @()
        $recorded = @(Get-Recorded $Record $list)
        foreach ($entry in $Entries[$list]) {
            if ($recorded -notcontains $entry) {
                if ($before[$list] -contains $entry) {
                    "stays, carveout did not add it here: $list $entry"
                }
            } elseif (Test-Change $entry "remove from $list") {
                $exclusion = @{ $list = $entry }
                if ($before[$list] -contains $entry) {
                    Remove-MpPreference @exclusion -ErrorAction Stop
                }
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
        foreach ($entry in $removed[$list]) {
            if ($stuck -notcontains $entry) {
                Remove-Recorded $Record $list $entry
            }
        }
        '{0}: {1} taken away' -f $list, ($removed[$list].Count - $stuck.Count)
    }
    Clear-Record $Record
    if ($refused) {
        throw "Defender did not let go of $refused of the entries"
    }
} catch {
    "failed: $($_.Exception.Message)"
    exit 1
}
exit 0
