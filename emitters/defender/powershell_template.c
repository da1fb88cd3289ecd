/* The parts of the scripts that say what is asked for and look at the computer, as
 * data: sections of lines, with slots where the plan's values go.  Pure ASCII, since
 * Windows PowerShell 5.1 reads a file without a byte-order mark in the system's code
 * page; CRLF is put behind each line.  No section here holds an empty line, which
 * would end what is pasted into a console without PSReadLine.
 *
 * What the text holds to: the lists are read before anything is changed;
 * Set-MpPreference, which replaces a whole list, is never called; *-MpPreference
 * have no -WhatIf of their own, so each change asks Test-Change first; and the
 * record is one REG_MULTI_SZ value a list, since registry cmdlets take `*` in a
 * value's name for a wildcard. */
#include "defender/powershell_parts.h"

/* clang-format off */
const struct cv_defender_line cv_defender_record_of[] = {
	L("Set-StrictMode -Version 2")
	L("$ErrorActionPreference = 'Stop'")
	L("# The registry key of the record: what carveout's scripts added on this computer.")
	SETTING("$Record = ", CV_DEFENDER_RECORD)
	END
};

const struct cv_defender_line cv_defender_other_groups[] = {
	L("# What scripts for other groups of the site added here: 'remove' or 'keep'.")
	SETTING("$OtherGroups = ", CV_DEFENDER_OTHER_GROUPS)
	END
};

const struct cv_defender_line cv_defender_values[] = {
	L("# Each entry stands with the rows that ask for it.")
	L("# A file, or a folder with all that is below it: not scanned.")
	L("$ExclusionPath = @(")
	{CV_DEFENDER_ENTRIES, "ExclusionPath", NULL},
	L(")")
	L("# Files with this extension, anywhere: not scanned.")
	L("$ExclusionExtension = @(")
	{CV_DEFENDER_ENTRIES, "ExclusionExtension", NULL},
	L(")")
	L("# Files that this program opens: not scanned. Its own file still is.")
	L("$ExclusionProcess = @(")
	{CV_DEFENDER_ENTRIES, "ExclusionProcess", NULL},
	L(")")
	L("$Lists = 'ExclusionPath', 'ExclusionExtension', 'ExclusionProcess'")
	L("$Entries = @{")
	L("    ExclusionPath = $ExclusionPath")
	L("    ExclusionExtension = $ExclusionExtension")
	L("    ExclusionProcess = $ExclusionProcess")
	L("}")
	END
};

/* Two sentences can stand in a list's place, and neither can be a path: "N/A: Must be
 * an administrator to view exclusions", and with HideExclusionsFromLocalAdmins
 * "N/A: Administrators are not allowed to view exclusions".  An empty list is
 * $null, which Where-Object drops.  Without the Defender service the cmdlets fail
 * with 0x800106ba. */
const struct cv_defender_line cv_defender_reading[] = {
	L("# Stops where no Defender could be asked.")
	L("function Assert-Defender {")
	L("    if ($env:PROCESSOR_ARCHITEW6432) {")
	L("        throw 'this is the 32-bit PowerShell; run the script in the 64-bit one'")
	L("    }")
	L("    if (-not (Get-Command Get-MpPreference -ErrorAction SilentlyContinue)) {")
	L("        throw 'no Defender: this computer has no Get-MpPreference'")
	L("    }")
	L("    $service = Get-Service -Name WinDefend -ErrorAction SilentlyContinue")
	L("    if (-not $service) {")
	L("        throw 'no Defender: this computer has no service WinDefend'")
	L("    }")
	L("    if ($service.Status -ne 'Running') {")
	L("        throw 'no Defender: its service WinDefend does not run'")
	L("    }")
	L("}")
	L("# The exclusions that Defender has now, by list.")
	L("function Get-Exclusion {")
	L("    try {")
	L("        $preference = Get-MpPreference -ErrorAction Stop")
	L("    } catch {")
	L("        $why = $_.Exception.Message")
	L("        throw \"no Defender: it is off, or another antivirus is active: $why\"")
	L("    }")
	L("    $found = @{}")
	L("    foreach ($list in $Lists) {")
	L("        $found[$list] = @($preference.$list | Where-Object { $_ })")
	L("        # A sentence that begins so stands where the list is hidden.")
	L("        if ($found[$list] -like 'N/A:*') {")
	L("            throw \"Defender hides its exclusions: $($found[$list])\"")
	L("        }")
	L("    }")
	L("    return $found")
	L("}")
	L("# Says what may keep an entry from being added or from having an effect.")
	L("function Show-Obstacle {")
	L("    $quiet = @{ ErrorAction = 'SilentlyContinue' }")
	L("    $tamper = Get-MpComputerStatus @quiet |")
	L("        Select-Object -ExpandProperty IsTamperProtected @quiet")
	L("    if ($tamper) {")
	L("        'note: tamper protection is on; Defender may refuse a change from here'")
	L("    }")
	L("    $key = 'HKLM:\\SOFTWARE\\Microsoft\\Windows Defender\\Features'")
	L("    $guard = Get-ItemProperty -LiteralPath $key -Name TPExclusions @quiet")
	L("    if ($guard -and $guard.TPExclusions -eq 1) {")
	L("        'note: tamper protection guards the exclusions; Intune has to set them'")
	L("    }")
	L("    $key = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows Defender'")
	L("    $merge = Get-ItemProperty -LiteralPath $key -Name DisableLocalAdminMerge @quiet")
	L("    if ($merge -and $merge.DisableLocalAdminMerge -eq 1) {")
	L("        'note: DisableLocalAdminMerge is set; Defender ignores what is added here'")
	L("    }")
	L("}")
	L("# The entries of a list that a record holds.")
	L("function Get-Recorded([string] $Key, [string] $List) {")
	L("    if (Test-Path -LiteralPath $Key) {")
	L("        if ((Get-Item -LiteralPath $Key).Property -contains $List) {")
	L("            (Get-ItemProperty -LiteralPath $Key -Name $List).$List")
	L("        }")
	L("    }")
	L("}")
	END
};

const struct cv_defender_line cv_defender_comparing[] = {
	L("# The records that this policy takes the place of: its own and, unless they are")
	L("# kept, those of the site's other groups.")
	L("function Get-Key {")
	L("    $Record")
	L("    $site = Split-Path -Path $Record")
	L("    if ($OtherGroups -eq 'remove' -and (Test-Path -LiteralPath $site)) {")
	L("        Get-ChildItem -LiteralPath $site |")
	L("            ForEach-Object { Join-Path -Path $site -ChildPath $_.PSChildName } |")
	L("            Where-Object { $_ -ne $Record }")
	L("    }")
	L("}")
	L("# What the policy asks for and Defender has not, and what the policy no longer has.")
	L("function Get-Difference($Found) {")
	L("    foreach ($list in $Lists) {")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($Found[$list] -notcontains $entry) {")
	L("                \"missing: $list $entry\"")
	L("            }")
	L("        }")
	L("    }")
	L("    foreach ($key in @(Get-Key)) {")
	L("        foreach ($list in $Lists) {")
	L("            foreach ($entry in @(Get-Recorded $key $list)) {")
	L("                if ($Entries[$list] -notcontains $entry) {")
	L("                    \"to take away: $list $entry\"")
	L("                }")
	L("            }")
	L("        }")
	L("    }")
	L("}")
	END
};

/* The record is closed to users, since Defender, too, shows its exclusions to
 * administrators only: who knows them knows where malware is left alone. */
const struct cv_defender_line cv_defender_recording[] = {
	L("# The record, for SYSTEM and administrators only, as Defender's own list is.")
	L("function Initialize-Record {")
	L("    if (-not (Test-Path -LiteralPath $Record)) {")
	L("        New-Item -Path $Record -Force -Confirm:$false | Out-Null")
	L("    }")
	L("    $acl = Get-Acl -LiteralPath $Record")
	L("    $sddl = 'D:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)'")
	L("    $acl.SetSecurityDescriptorSddlForm($sddl, 'Access')")
	L("    Set-Acl -LiteralPath $Record -AclObject $acl -Confirm:$false")
	L("}")
	L("function Add-Recorded([string] $List, [string] $Entry) {")
	L("    Initialize-Record")
	L("    $others = @(Get-Recorded $Record $List | Where-Object { $_ -ne $Entry })")
	L("    Set-Recorded $Record $List ($others + $Entry)")
	L("}")
	END
};

const struct cv_defender_line cv_defender_forgetting[] = {
	L("function Set-Recorded([string] $Key, [string] $List, [string[]] $Values) {")
	L("    $value = @{ LiteralPath = $Key; Name = $List; Confirm = $false }")
	L("    if ($Values) {")
	L("        New-ItemProperty @value -PropertyType MultiString -Value $Values -Force |")
	L("            Out-Null")
	L("    } else {")
	L("        Remove-ItemProperty @value")
	L("    }")
	L("}")
	L("function Remove-Recorded([string] $Key, [string] $List, [string] $Entry) {")
	L("    $recorded = @(Get-Recorded $Key $List)")
	L("    if ($recorded -contains $Entry) {")
	L("        Set-Recorded $Key $List @($recorded | Where-Object { $_ -ne $Entry })")
	L("    }")
	L("}")
	L("function Clear-Record([string] $Key) {")
	L("    if (Test-Path -LiteralPath $Key) {")
	L("        $item = Get-Item -LiteralPath $Key")
	L("        if ($item.ValueCount -eq 0 -and $item.SubKeyCount -eq 0) {")
	L("            Remove-Item -LiteralPath $Key -Confirm:$false")
	L("        }")
	L("    }")
	L("}")
	END
};

/* Only what Defender shows afterwards counts, since it may say yes and do nothing
 * ("Prevent changes to security settings with tamper protection").  An entry is
 * recorded behind its addition: an entry of somebody else is never in the record. */
const struct cv_defender_line cv_defender_updating[] = {
	L("# Adds what is missing, takes away what is recorded and no longer asked for, and")
	L("# reads Defender's lists again.")
	L("function Update-Exclusion {")
	L("    Assert-Defender")
	L("    $before = Get-Exclusion")
	L("    Show-Obstacle")
	L("    $tried = @()")
	L("    $taken = @()")
	L("    $faults = 0")
	L("    foreach ($list in $Lists) {")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($before[$list] -notcontains $entry -and")
	L("                (Test-Change $entry \"add to $list\")) {")
	L("                $tried += \"$list $entry\"")
	L("                $exclusion = @{ $list = $entry }")
	L("                try {")
	L("                    Add-MpPreference @exclusion -ErrorAction Stop")
	L("                    Add-Recorded $list $entry")
	L("                } catch {")
	L("                    \"error: $list $entry - $($_.Exception.Message)\"")
	L("                    $faults++")
	L("                }")
	L("            }")
	L("        }")
	L("    }")
	L("    foreach ($key in @(Get-Key)) {")
	L("        foreach ($list in $Lists) {")
	L("            foreach ($entry in @(Get-Recorded $key $list)) {")
	L("                if ($Entries[$list] -contains $entry) {")
	L("                    if ($key -ne $Record -and")
	L("                        (Test-Change $entry \"take over in the record of $list\")) {")
	L("                        Add-Recorded $list $entry")
	L("                        Remove-Recorded $key $list $entry")
	L("                    }")
	L("                } elseif (Test-Change $entry \"remove from $list\") {")
	L("                    $taken += @{ Place = $key; List = $list; Entry = $entry }")
	L("                    $exclusion = @{ $list = $entry }")
	L("                    try {")
	L("                        if ($before[$list] -contains $entry) {")
	L("                            Remove-MpPreference @exclusion -ErrorAction Stop")
	L("                        }")
	L("                    } catch {")
	L("                        \"error: $list $entry - $($_.Exception.Message)\"")
	L("                        $faults++")
	L("                    }")
	L("                }")
	L("            }")
	L("        }")
	L("    }")
	L("    # Defender may say yes and do nothing: only what it shows now counts.")
	L("    $after = Get-Exclusion")
	L("    foreach ($list in $Lists) {")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($after[$list] -contains $entry) {")
	L("                continue")
	L("            }")
	L("            if ($tried -contains \"$list $entry\") {")
	L("                \"refused: $list $entry\"")
	L("                $faults++")
	L("                Remove-Recorded $Record $list $entry")
	L("            } else {")
	L("                \"left out: $list $entry\"")
	L("            }")
	L("        }")
	L("    }")
	L("    foreach ($gone in $taken) {")
	L("        if ($after[$gone.List] -contains $gone.Entry) {")
	L("            \"refused to take away: $($gone.List) $($gone.Entry)\"")
	L("            $faults++")
	L("        } else {")
	L("            Remove-Recorded $gone.Place $gone.List $gone.Entry")
	L("        }")
	L("    }")
	L("    foreach ($key in @(Get-Key)) {")
	L("        Clear-Record $key")
	L("    }")
	L("    foreach ($list in $Lists) {")
	L("        $there = @($Entries[$list] | Where-Object { $after[$list] -contains $_ })")
	L("        $new = @($there | Where-Object { $tried -contains \"$list $_\" })")
	L("        $less = @($taken | Where-Object {")
	L("            $_.List -eq $list -and $after[$list] -notcontains $_.Entry })")
	L("        '{0}: {1} asked for, {2} there, {3} of them added now, {4} taken away' -f")
	L("            $list, $Entries[$list].Count, $there.Count, $new.Count, $less.Count")
	L("    }")
	L("    if ($faults) {")
	L("        throw \"Defender did not do all of it: $faults errors and refusals\"")
	L("    }")
	L("}")
	END
};
/* clang-format on */
