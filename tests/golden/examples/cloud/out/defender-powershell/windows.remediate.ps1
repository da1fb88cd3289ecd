#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Intune remediation, remediation script: brings Defender's exclusions to the policy.
#
#   carveout 0.1.0: defender-powershell for windows of site cloud
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   ExclusionPath: a folder with a program behind it is left alone only when that program opens what is in it; a platform before 4.18.2205.7 or an engine before 1.1.19300.2 does not know such entries, and many of them cost performance; subfolders of a folder that are reparse points (junctions, mounted volumes) are not covered by its entry and need their own
#
# It adds those that are missing, takes away those that it added earlier and the
# policy no longer has, and reads them again. What it added itself it records under
# $Record, for administrators only; what others added stays.
# Exit code 0: done; 1: not done, the line says why.
#
# Run this script using the logged-on credentials: No.
# Run script in 64-bit PowerShell: Yes.
# Defender logs each change as event 5007 in Microsoft-Windows-Windows
# Defender/Operational, and rules that watch for Add-MpPreference will see it.

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# The registry key of the record: what carveout's scripts added on this computer.
$Record = 'HKLM:\SOFTWARE\carveout\cloud\windows'
# What scripts for other groups of the site added here: 'remove' or 'keep'.
$OtherGroups = 'remove'
# Each entry stands with the rows that ask for it.
# A file, or a folder with all that is below it: not scanned.
$ExclusionPath = @(
    'C:\Program Files (x86)\Tanium\Tanium Client\Python38\:{PathType:folder,Process:"C:\Program Files (x86)\Tanium\Tanium Client\Python38\TPython.exe"}' # tanium/threat-response#exclusions/cloud-tpython-38 (requirements), tanium/threat-response#exclusions/cloud-python-38-folder (requirements)
    'C:\Program Files (x86)\Tanium\Tanium Client\Python38\:{PathType:folder,Process:"C:\Program Files (x86)\Tanium\Tanium Client\TaniumCX.exe"}' # tanium/threat-response#exclusions/cloud-python-38-folder (requirements), tanium/threat-response#exclusions/cloud-windows-taniumcx (requirements), tanium/core#exclusions/windows-taniumcx (client)
    'C:\Program Files (x86)\Tanium\Tanium Client\Tools\StdUtils\:{PathType:folder,Process:"C:\Program Files (x86)\Tanium\Tanium Client\TaniumCX.exe"}' # tanium/threat-response#exclusions/cloud-windows-taniumcx (requirements), tanium/core#exclusions/windows-stdutils (client), tanium/core#exclusions/windows-taniumcx (client)
    'C:\Program Files (x86)\Tanium\Tanium Client\Tools\StdUtils\:{PathType:folder,Process:"C:\Program Files (x86)\Tanium\Tanium Client\TaniumClient.exe"}' # tanium/core#exclusions/windows-stdutils (client), tanium/core#exclusions/windows-taniumclient (client)
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
function Test-Change([string] $Entry, [string] $What) {
    return $true
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
# The records that this policy takes the place of: its own and, unless they are
# kept, those of the site's other groups.
function Get-Key {
    $Record
    $site = Split-Path -Path $Record
    if ($OtherGroups -eq 'remove' -and (Test-Path -LiteralPath $site)) {
        Get-ChildItem -LiteralPath $site |
            ForEach-Object { Join-Path -Path $site -ChildPath $_.PSChildName } |
            Where-Object { $_ -ne $Record }
    }
}
# What the policy asks for and Defender has not, and what the policy no longer has.
function Get-Difference($Found) {
    foreach ($list in $Lists) {
        foreach ($entry in $Entries[$list]) {
            if ($Found[$list] -notcontains $entry) {
                "missing: $list $entry"
            }
        }
    }
    foreach ($key in @(Get-Key)) {
        foreach ($list in $Lists) {
            foreach ($entry in @(Get-Recorded $key $list)) {
                if ($Entries[$list] -notcontains $entry) {
                    "to take away: $list $entry"
                }
            }
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
function Add-Recorded([string] $List, [string] $Entry) {
    Initialize-Record
    $others = @(Get-Recorded $Record $List | Where-Object { $_ -ne $Entry })
    Set-Recorded $Record $List ($others + $Entry)
}
# Adds what is missing, takes away what is recorded and no longer asked for, and
# reads Defender's lists again.
function Update-Exclusion {
    Assert-Defender
    $before = Get-Exclusion
    Show-Obstacle
    $tried = @()
    $taken = @()
    $faults = 0
    foreach ($list in $Lists) {
        foreach ($entry in $Entries[$list]) {
            if ($before[$list] -notcontains $entry -and
                (Test-Change $entry "add to $list")) {
                $tried += "$list $entry"
                $exclusion = @{ $list = $entry }
                try {
                    Add-MpPreference @exclusion -ErrorAction Stop
                    Add-Recorded $list $entry
                } catch {
                    "error: $list $entry - $($_.Exception.Message)"
                    $faults++
                }
            }
        }
    }
    foreach ($key in @(Get-Key)) {
        foreach ($list in $Lists) {
            foreach ($entry in @(Get-Recorded $key $list)) {
                if ($Entries[$list] -contains $entry) {
                    if ($key -ne $Record -and
                        (Test-Change $entry "take over in the record of $list")) {
                        Add-Recorded $list $entry
                        Remove-Recorded $key $list $entry
                    }
                } elseif (Test-Change $entry "remove from $list") {
                    $taken += @{ Place = $key; List = $list; Entry = $entry }
                    $exclusion = @{ $list = $entry }
                    try {
                        if ($before[$list] -contains $entry) {
                            Remove-MpPreference @exclusion -ErrorAction Stop
                        }
                    } catch {
                        "error: $list $entry - $($_.Exception.Message)"
                        $faults++
                    }
                }
            }
        }
    }
    # Defender may say yes and do nothing: only what it shows now counts.
    $after = Get-Exclusion
    foreach ($list in $Lists) {
        foreach ($entry in $Entries[$list]) {
            if ($after[$list] -contains $entry) {
                continue
            }
            if ($tried -contains "$list $entry") {
                "refused: $list $entry"
                $faults++
                Remove-Recorded $Record $list $entry
            } else {
                "left out: $list $entry"
            }
        }
    }
    foreach ($gone in $taken) {
        if ($after[$gone.List] -contains $gone.Entry) {
            "refused to take away: $($gone.List) $($gone.Entry)"
            $faults++
        } else {
            Remove-Recorded $gone.Place $gone.List $gone.Entry
        }
    }
    foreach ($key in @(Get-Key)) {
        Clear-Record $key
    }
    foreach ($list in $Lists) {
        $there = @($Entries[$list] | Where-Object { $after[$list] -contains $_ })
        $new = @($there | Where-Object { $tried -contains "$list $_" })
        $less = @($taken | Where-Object {
            $_.List -eq $list -and $after[$list] -notcontains $_.Entry })
        '{0}: {1} asked for, {2} there, {3} of them added now, {4} taken away' -f
            $list, $Entries[$list].Count, $there.Count, $new.Count, $less.Count
    }
    if ($faults) {
        throw "Defender did not do all of it: $faults errors and refusals"
    }
}
$code = 0
$said = @()
try {
    Update-Exclusion | ForEach-Object { $said += $_ }
} catch {
    $said = @("failed: $($_.Exception.Message)") + $said
    $code = 1
}
$line = $said -join '; '
if ($line.Length -gt 2048) {
    $line = $line.Substring(0, 2045) + '...'
}
$line
exit $code
