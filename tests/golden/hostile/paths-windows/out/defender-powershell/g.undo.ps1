#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Undo: takes exclusions out of Microsoft Defender Antivirus on this computer.
#
#   carveout 0.1.0: defender-powershell for g of site s
#   from profile vendor/product
#   preview: not yet tried on the product itself
#   ExclusionPath: subfolders of a folder that are reparse points (junctions, mounted volumes) are not covered by its entry and need their own
#   ExclusionProcess: network protection and attack surface reduction rules cannot inspect an excluded process, and only real-time protection leaves alone what it opens, not a scheduled or on-demand scan
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
$Record = 'HKLM:\SOFTWARE\carveout\s\g'
# Each entry stands with the rows that ask for it.
# A file, or a folder with all that is below it: not scanned.
$ExclusionPath = @(
    'C:\q\it''s' # vendor/product#exclusions/folder-1 (page)
    ('C:\q\' + [char]0x2018 + 'a' + [char]0x2019 + ' ' + [char]0x201A + 'b' + [char]0x201B) # vendor/product#exclusions/folder-2 (page)
    ('C:\q\' + [char]0x201C + 'c' + [char]0x201D + ' ' + [char]0x201E + 'd' + [char]0x201F) # vendor/product#exclusions/folder-3 (page)
    'C:\q\'''''';calc;''' # vendor/product#exclusions/folder-4 (page)
    'C:\q\$(calc)' # vendor/product#exclusions/folder-5 (page)
    'C:\q\$env' # vendor/product#exclusions/folder-6 (page)
    'C:\q\a;b' # vendor/product#exclusions/folder-7 (page)
    'C:\q\`whoami`' # vendor/product#exclusions/folder-8 (page)
    'C:\q\a`nb' # vendor/product#exclusions/folder-9 (page)
    'C:\q\&calc&' # vendor/product#exclusions/folder-10 (page)
    'C:\q\%x' # vendor/product#exclusions/folder-11 (page)
    'C:\q\100%' # vendor/product#exclusions/folder-12 (page)
    'C:\q\#region' # vendor/product#exclusions/folder-13 (page)
    'C:\q\=cmd' # vendor/product#exclusions/folder-14 (page)
    'C:\q\@a' # vendor/product#exclusions/folder-15 (page)
    'C:\q\-f' # vendor/product#exclusions/folder-16 (page)
    'C:\q\{a}' # vendor/product#exclusions/folder-17 (page)
    'C:\q\(b)' # vendor/product#exclusions/folder-18 (page)
    'C:\q\[c]' # vendor/product#exclusions/folder-19 (page)
    'C:\q\!d^' # vendor/product#exclusions/folder-20 (page)
    'C:\q\a,b' # vendor/product#exclusions/folder-21 (page)
    'C:\q\~1' # vendor/product#exclusions/folder-22 (page)
    'C:\q\]]' # vendor/product#exclusions/folder-23 (page)
    'C:\q\--' # vendor/product#exclusions/folder-24 (page)
    ('C:\q\' + [char]0x3000 + 'wide' + [char]0x3000 + 'x') # vendor/product#exclusions/folder-25 (page)
    ('C:\q\' + [char]0xD83D + [char]0xDE00) # vendor/product#exclusions/folder-26 (page)
    ('C:\q\e' + [char]0x0301) # vendor/product#exclusions/folder-27 (page)
    ('C:\q\' + [char]0x0130 + 'I' + [char]0x0131 + 'i') # vendor/product#exclusions/folder-28 (page)
    'C:\r\it''sx' # vendor/product#exclusions/file-1 (page)
    ('C:\r\' + [char]0x2018 + 'a' + [char]0x2019 + ' ' + [char]0x201A + 'b' + [char]0x201B + 'x') # vendor/product#exclusions/file-2 (page)
    ('C:\r\' + [char]0x201C + 'c' + [char]0x201D + ' ' + [char]0x201E + 'd' + [char]0x201F + 'x') # vendor/product#exclusions/file-3 (page)
    'C:\r\'''''';calc;''x' # vendor/product#exclusions/file-4 (page)
    'C:\r\$(calc)x' # vendor/product#exclusions/file-5 (page)
    'C:\r\$envx' # vendor/product#exclusions/file-6 (page)
    'C:\r\a;bx' # vendor/product#exclusions/file-7 (page)
    'C:\r\`whoami`x' # vendor/product#exclusions/file-8 (page)
    'C:\r\a`nbx' # vendor/product#exclusions/file-9 (page)
    'C:\r\&calc&x' # vendor/product#exclusions/file-10 (page)
    'C:\r\%xx' # vendor/product#exclusions/file-11 (page)
    'C:\r\100%x' # vendor/product#exclusions/file-12 (page)
    'C:\r\#regionx' # vendor/product#exclusions/file-13 (page)
    'C:\r\=cmdx' # vendor/product#exclusions/file-14 (page)
    'C:\r\@ax' # vendor/product#exclusions/file-15 (page)
    'C:\r\-fx' # vendor/product#exclusions/file-16 (page)
    'C:\r\{a}x' # vendor/product#exclusions/file-17 (page)
    'C:\r\(b)x' # vendor/product#exclusions/file-18 (page)
    'C:\r\[c]x' # vendor/product#exclusions/file-19 (page)
    'C:\r\!d^x' # vendor/product#exclusions/file-20 (page)
    'C:\r\a,bx' # vendor/product#exclusions/file-21 (page)
    'C:\r\~1x' # vendor/product#exclusions/file-22 (page)
    'C:\r\]]x' # vendor/product#exclusions/file-23 (page)
    'C:\r\--x' # vendor/product#exclusions/file-24 (page)
    ('C:\r\' + [char]0x3000 + 'wide' + [char]0x3000 + 'xx') # vendor/product#exclusions/file-25 (page)
    ('C:\r\' + [char]0xD83D + [char]0xDE00 + 'x') # vendor/product#exclusions/file-26 (page)
    ('C:\r\e' + [char]0x0301 + 'x') # vendor/product#exclusions/file-27 (page)
    ('C:\r\' + [char]0x0130 + 'I' + [char]0x0131 + 'ix') # vendor/product#exclusions/file-28 (page)
)
# Files with this extension, anywhere: not scanned.
$ExclusionExtension = @(
    '.$$$' # vendor/product#exclusions/extension-1 (page)
    '.a+b' # vendor/product#exclusions/extension-2 (page)
    '.~tm' # vendor/product#exclusions/extension-3 (page)
    '.a-b_c' # vendor/product#exclusions/extension-4 (page)
)
# Files that this program opens: not scanned. Its own file still is.
$ExclusionProcess = @(
    'C:\it''s\x.exe' # vendor/product#exclusions/process-1 (page)
    ('C:\' + [char]0x2018 + 'a' + [char]0x2019 + ' ' + [char]0x201A + 'b' + [char]0x201B + '\x.exe') # vendor/product#exclusions/process-2 (page)
    ('C:\' + [char]0x201C + 'c' + [char]0x201D + ' ' + [char]0x201E + 'd' + [char]0x201F + '\x.exe') # vendor/product#exclusions/process-3 (page)
    'C:\'''''';calc;''\x.exe' # vendor/product#exclusions/process-4 (page)
    'C:\$(calc)\x.exe' # vendor/product#exclusions/process-5 (page)
    'C:\$env\x.exe' # vendor/product#exclusions/process-6 (page)
    'C:\a;b\x.exe' # vendor/product#exclusions/process-7 (page)
    'C:\`whoami`\x.exe' # vendor/product#exclusions/process-8 (page)
    'C:\a`nb\x.exe' # vendor/product#exclusions/process-9 (page)
    'C:\&calc&\x.exe' # vendor/product#exclusions/process-10 (page)
    'C:\%x\x.exe' # vendor/product#exclusions/process-11 (page)
    'C:\100%\x.exe' # vendor/product#exclusions/process-12 (page)
    'C:\#region\x.exe' # vendor/product#exclusions/process-13 (page)
    'C:\=cmd\x.exe' # vendor/product#exclusions/process-14 (page)
    'C:\@a\x.exe' # vendor/product#exclusions/process-15 (page)
    'C:\-f\x.exe' # vendor/product#exclusions/process-16 (page)
    'C:\{a}\x.exe' # vendor/product#exclusions/process-17 (page)
    'C:\(b)\x.exe' # vendor/product#exclusions/process-18 (page)
    'C:\[c]\x.exe' # vendor/product#exclusions/process-19 (page)
    'C:\!d^\x.exe' # vendor/product#exclusions/process-20 (page)
    'C:\a,b\x.exe' # vendor/product#exclusions/process-21 (page)
    'C:\~1\x.exe' # vendor/product#exclusions/process-22 (page)
    'C:\]]\x.exe' # vendor/product#exclusions/process-23 (page)
    'C:\--\x.exe' # vendor/product#exclusions/process-24 (page)
    ('C:\' + [char]0x3000 + 'wide' + [char]0x3000 + 'x\x.exe') # vendor/product#exclusions/process-25 (page)
    ('C:\' + [char]0xD83D + [char]0xDE00 + '\x.exe') # vendor/product#exclusions/process-26 (page)
    ('C:\e' + [char]0x0301 + '\x.exe') # vendor/product#exclusions/process-27 (page)
    ('C:\' + [char]0x0130 + 'I' + [char]0x0131 + 'i\x.exe') # vendor/product#exclusions/process-28 (page)
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
