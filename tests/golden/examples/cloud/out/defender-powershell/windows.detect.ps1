#Requires -Version 5.1
#
# Intune remediation, detection script: are Defender's exclusions as the policy asks?
#
#   carveout 0.1.0: defender-powershell for windows of site cloud
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   ExclusionPath: a folder with a program behind it is left alone only when that program opens what is in it; a platform before 4.18.2205.7 or an engine before 1.1.19300.2 does not know such entries, and many of them cost performance; subfolders of a folder that are reparse points (junctions, mounted volumes) are not covered by its entry and need their own
#
# Exit code 1: they are not, and the remediation script is to run. Exit code 0: they
# are; or nothing can be said, because Defender hides its exclusions or does not run
# here, and the line says so. It changes nothing.
#
# Run this script using the logged-on credentials: No.
# Run script in 64-bit PowerShell: Yes.

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
$code = 1
try {
    Assert-Defender
    $difference = @(Get-Difference (Get-Exclusion))
    $said = @(Show-Obstacle)
    if ($difference) {
        $said += "$($difference.Count) differences from the policy"
        $said += $difference
    } else {
        $said += 'the exclusions are as the policy asks'
        $code = 0
    }
} catch {
    $said = @("nothing can be said: $($_.Exception.Message)")
    if ($said -like '*: Defender hides *' -or $said -like '*: no Defender: *') {
        $code = 0
    }
}
$line = $said -join '; '
if ($line.Length -gt 2048) {
    $line = $line.Substring(0, 2045) + '...'
}
$line
exit $code
