#Requires -Version 5.1
#
# Intune remediation, detection script: are Defender's exclusions as the policy asks?
#
#   carveout 0.1.0: defender-powershell for g of site s
#   from profile vendor/product
#   preview: not yet tried on the product itself
#   ExclusionPath: subfolders of a folder that are reparse points (junctions, mounted volumes) are not covered by its entry and need their own
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
$Record = 'HKLM:\SOFTWARE\carveout\s\g'
# What scripts for other groups of the site added here: 'remove' or 'keep'.
$OtherGroups = 'remove'
# Each entry stands with the rows that ask for it.
# A file, or a folder with all that is below it: not scanned.
$ExclusionPath = @(
    'C:\p\1' # vendor/product#exclusions/p1 (page)
    'C:\p\2' # vendor/product#exclusions/p2 (page)
    'C:\p\3' # vendor/product#exclusions/p3 (page)
    'C:\p\4' # vendor/product#exclusions/p4 (page)
    'C:\p\5' # vendor/product#exclusions/p5 (page)
    'C:\p\6' # vendor/product#exclusions/p6 (page)
    'C:\p\7' # vendor/product#exclusions/p7 (page)
    'C:\p\8' # vendor/product#exclusions/p8 (page)
    'C:\p\9' # vendor/product#exclusions/p9 (page)
    'C:\p\10' # vendor/product#exclusions/p10 (page)
    'C:\p\11' # vendor/product#exclusions/p11 (page)
    'C:\p\12' # vendor/product#exclusions/p12 (page)
    'C:\p\13' # vendor/product#exclusions/p13 (page)
    'C:\p\14' # vendor/product#exclusions/p14 (page)
    'C:\p\15' # vendor/product#exclusions/p15 (page)
    'C:\p\16' # vendor/product#exclusions/p16 (page)
    'C:\p\17' # vendor/product#exclusions/p17 (page)
    'C:\p\18' # vendor/product#exclusions/p18 (page)
    'C:\p\19' # vendor/product#exclusions/p19 (page)
    'C:\p\20' # vendor/product#exclusions/p20 (page)
    'C:\p\21' # vendor/product#exclusions/p21 (page)
    'C:\p\22' # vendor/product#exclusions/p22 (page)
    'C:\p\23' # vendor/product#exclusions/p23 (page)
    'C:\p\24' # vendor/product#exclusions/p24 (page)
    'C:\p\25' # vendor/product#exclusions/p25 (page)
    'C:\p\block' # vendor/product#exclusions/block (page)
    'C:\p\escapes' # vendor/product#exclusions/escapes (page)
    'C:\p\long' # vendor/product#exclusions/long (page)
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
