/* The fixed text of both scripts, as data: sections of lines, with slots where the
 * plan's values go.  Pure ASCII, since Windows PowerShell 5.1 reads a file without
 * a byte-order mark in the system's code page; CRLF is put behind each line.
 *
 * What the text holds to: the lists are read before anything is changed;
 * Set-MpPreference, which replaces a whole list, is never called; *-MpPreference
 * have no -WhatIf of their own, so ShouldProcess stands around each change; and the
 * record is one REG_MULTI_SZ value a list, since registry cmdlets take `*` in a
 * value's name for a wildcard. */
#include <stddef.h>

#include "defender/powershell.h"

/* A line here is a line of a script.  clang-format would break them. */
/* clang-format off */
#define L(text) {CV_DEFENDER_TEXT, text},
#define END {CV_DEFENDER_TEXT, NULL}

/* PowerShell holds #Requires before it runs the first statement. */
static const struct cv_defender_line script_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Adds exclusions to Microsoft Defender Antivirus on this computer.")
	L("#")
	{CV_DEFENDER_HEADER, "#   "},
	L("#")
	L("# It reads the exclusions that are there, adds those that are missing, reads")
	L("# them again and says what it found; run a second time, it changes nothing.")
	L("# -WhatIf only says what it would do. What it added itself it records under")
	L("# $Record, for administrators only: the undo script takes away those entries")
	L("# and no others. Exit code 0: done; 1: not done, the last line says why.")
	L("#")
	L("# Run it in the 64-bit Windows PowerShell, from Intune too. Defender logs each")
	L("# change as event 5007 in Microsoft-Windows-Windows Defender/Operational, and")
	L("# rules that watch for Add-MpPreference will see it: tell those who watch.")
	L("# Where tamper protection guards the exclusions, Defender may refuse a change,")
	L("# or seem to take it and not do so.")
	L("")
	END
};

static const struct cv_defender_line undo_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Undo: takes exclusions out of Microsoft Defender Antivirus on this computer.")
	L("#")
	{CV_DEFENDER_HEADER, "#   "},
	L("#")
	L("# It takes away an entry listed below only where the record under $Record says")
	L("# that carveout's own script added it on this computer. An entry that was there")
	L("# before, or that somebody else added, stays; so does all that is not listed.")
	L("# -WhatIf only says what it would do. Exit code 0: done; 1: not done, the last")
	L("# line says why.")
	L("#")
	L("# Run it in the 64-bit Windows PowerShell, from Intune too. Defender logs each")
	L("# change as event 5007 in Microsoft-Windows-Windows Defender/Operational.")
	L("# Where tamper protection guards the exclusions, Defender may refuse a change,")
	L("# or seem to take it and not do so.")
	L("")
	END
};

static const struct cv_defender_line values[] = {
	L("[CmdletBinding(SupportsShouldProcess = $true)]")
	L("param()")
	L("")
	L("Set-StrictMode -Version 2")
	L("$ErrorActionPreference = 'Stop'")
	L("")
	L("# The registry key of the record.")
	{CV_DEFENDER_KEY, "$Record = "},
	L("")
	L("# Each entry stands with the rows that ask for it.")
	L("# A file, or a folder with all that is below it: not scanned.")
	L("$ExclusionPath = @(")
	{CV_DEFENDER_ENTRIES, "ExclusionPath"},
	L(")")
	L("# Files with this extension, anywhere: not scanned.")
	L("$ExclusionExtension = @(")
	{CV_DEFENDER_ENTRIES, "ExclusionExtension"},
	L(")")
	L("# Files that this program opens: not scanned. Its own file still is.")
	L("$ExclusionProcess = @(")
	{CV_DEFENDER_ENTRIES, "ExclusionProcess"},
	L(")")
	L("")
	L("$Lists = 'ExclusionPath', 'ExclusionExtension', 'ExclusionProcess'")
	L("$Entries = @{")
	L("    ExclusionPath = $ExclusionPath")
	L("    ExclusionExtension = $ExclusionExtension")
	L("    ExclusionProcess = $ExclusionProcess")
	L("}")
	L("")
	END
};

/* Two sentences can stand in a list's place, and neither can be a path: "N/A: Must be
 * an administrator to view exclusions", and with HideExclusionsFromLocalAdmins
 * "N/A: Administrators are not allowed to view exclusions".  An empty list is
 * $null, which Where-Object drops.  Without the Defender service the cmdlets fail
 * with 0x800106ba. */
static const struct cv_defender_line reading[] = {
	L("function Assert-Defender {")
	L("    if ($env:PROCESSOR_ARCHITEW6432) {")
	L("        throw 'this is the 32-bit PowerShell; run the script in the 64-bit one'")
	L("    }")
	L("    if (-not (Get-Command Get-MpPreference -ErrorAction SilentlyContinue)) {")
	L("        throw 'this computer has no Microsoft Defender (no Get-MpPreference)'")
	L("    }")
	L("}")
	L("")
	L("# The exclusions that Defender has now, by list.")
	L("function Get-Exclusion {")
	L("    try {")
	L("        $preference = Get-MpPreference -ErrorAction Stop")
	L("    } catch {")
	L("        $why = $_.Exception.Message")
	L("        throw \"Defender is off, or another antivirus is active: $why\"")
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
	L("")
	L("# The entries of a list that the script added on this computer.")
	L("function Get-Recorded([string] $List) {")
	L("    if (Test-Path -LiteralPath $Record) {")
	L("        if ((Get-Item -LiteralPath $Record).Property -contains $List) {")
	L("            (Get-ItemProperty -LiteralPath $Record -Name $List).$List")
	L("        }")
	L("    }")
	L("}")
	L("")
	L("function Set-Recorded([string] $List, [string[]] $Values) {")
	L("    $value = @{ LiteralPath = $Record; Name = $List; Confirm = $false }")
	L("    if ($Values) {")
	L("        New-ItemProperty @value -PropertyType MultiString -Value $Values -Force |")
	L("            Out-Null")
	L("    } else {")
	L("        Remove-ItemProperty @value")
	L("    }")
	L("}")
	L("")
	END
};

/* The record is closed to users, since Defender, too, shows its exclusions to
 * administrators only: who knows them knows where malware is left alone.
 * DisableLocalAdminMerge makes entries added on the computer void. */
static const struct cv_defender_line adding[] = {
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
	L("")
	L("# Says what may keep an entry from being added or from having an effect.")
	L("function Show-Obstacle {")
	L("    $quiet = @{ ErrorAction = 'SilentlyContinue' }")
	L("    $tamper = Get-MpComputerStatus @quiet |")
	L("        Select-Object -ExpandProperty IsTamperProtected @quiet")
	L("    if ($tamper) {")
	L("        'note: tamper protection is on; Defender may refuse a change from here'")
	L("    }")
	L("    $key = 'HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows Defender'")
	L("    $merge = Get-ItemProperty -LiteralPath $key -Name DisableLocalAdminMerge @quiet")
	L("    if ($merge -and $merge.DisableLocalAdminMerge -eq 1) {")
	L("        'note: DisableLocalAdminMerge is set; Defender ignores what is added here'")
	L("    }")
	L("}")
	L("")
	L("try {")
	L("    Assert-Defender")
	L("    $before = Get-Exclusion")
	L("    Show-Obstacle")
	L("    $added = @{}")
	L("    foreach ($list in $Lists) {")
	L("        $added[$list] = @()")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($before[$list] -notcontains $entry -and")
	L("                $PSCmdlet.ShouldProcess($entry, \"add to $list\")) {")
	L("                Initialize-Record")
	L("                $exclusion = @{ $list = $entry }")
	L("                Add-MpPreference @exclusion -ErrorAction Stop")
	L("                $added[$list] += $entry")
	L("                $others = @(Get-Recorded $list | Where-Object { $_ -ne $entry })")
	L("                Set-Recorded $list ($others + $entry)")
	L("            }")
	L("        }")
	L("    }")
	L("")
	L("    # Defender may say yes and do nothing: only what it shows now counts.")
	L("    $after = Get-Exclusion")
	L("    $refused = 0")
	L("    foreach ($list in $Lists) {")
	L("        $there = @($Entries[$list] | Where-Object { $after[$list] -contains $_ })")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($there -contains $entry) {")
	L("                continue")
	L("            }")
	L("            if ($added[$list] -notcontains $entry) {")
	L("                \"left out: $list $entry\"")
	L("                continue")
	L("            }")
	L("            \"refused: $list $entry\"")
	L("            $refused++")
	L("            $others = @(Get-Recorded $list | Where-Object { $_ -ne $entry })")
	L("            Set-Recorded $list $others")
	L("        }")
	L("        $new = @($there | Where-Object { $added[$list] -contains $_ })")
	L("        '{0}: {1} asked for, {2} there, {3} of them added now' -f")
	L("            $list, $Entries[$list].Count, $there.Count, $new.Count")
	L("    }")
	L("    if ($refused) {")
	L("        throw \"Defender did not take $refused of the entries\"")
	L("    }")
	L("} catch {")
	L("    \"failed: $($_.Exception.Message)\"")
	L("    exit 1")
	L("}")
	L("exit 0")
	END
};

static const struct cv_defender_line removing[] = {
	L("try {")
	L("    Assert-Defender")
	L("    $before = Get-Exclusion")
	L("    $removed = @{}")
	L("    foreach ($list in $Lists) {")
	L("        $removed[$list] = @()")
	L("        $recorded = @(Get-Recorded $list)")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($before[$list] -notcontains $entry) {")
	L("                continue")
	L("            }")
	L("            if ($recorded -notcontains $entry) {")
	L("                \"stays, carveout did not add it here: $list $entry\"")
	L("            } elseif ($PSCmdlet.ShouldProcess($entry, \"remove from $list\")) {")
	L("                $exclusion = @{ $list = $entry }")
	L("                Remove-MpPreference @exclusion -ErrorAction Stop")
	L("                $removed[$list] += $entry")
	L("            }")
	L("        }")
	L("    }")
	L("")
	L("    # Defender may say yes and do nothing: only what it shows now counts.")
	L("    $after = Get-Exclusion")
	L("    $refused = 0")
	L("    foreach ($list in $Lists) {")
	L("        $stuck = @($removed[$list] | Where-Object { $after[$list] -contains $_ })")
	L("        foreach ($entry in $stuck) {")
	L("            \"refused: $list $entry\"")
	L("            $refused++")
	L("        }")
	L("        $recorded = @(Get-Recorded $list)")
	L("        $gone = @($Entries[$list] | Where-Object {")
	L("            $recorded -contains $_ -and $after[$list] -notcontains $_ })")
	L("        if ($gone) {")
	L("            $others = @($recorded | Where-Object { $gone -notcontains $_ })")
	L("            Set-Recorded $list $others")
	L("        }")
	L("        '{0}: {1} taken away' -f $list, ($removed[$list].Count - $stuck.Count)")
	L("    }")
	L("    if (Test-Path -LiteralPath $Record) {")
	L("        $key = Get-Item -LiteralPath $Record")
	L("        if ($key.ValueCount -eq 0 -and $key.SubKeyCount -eq 0) {")
	L("            Remove-Item -LiteralPath $Record -Confirm:$false")
	L("        }")
	L("    }")
	L("    if ($refused) {")
	L("        throw \"Defender did not let go of $refused of the entries\"")
	L("    }")
	L("} catch {")
	L("    \"failed: $($_.Exception.Message)\"")
	L("    exit 1")
	L("}")
	L("exit 0")
	END
};
/* clang-format on */

const struct cv_defender_line *const cv_defender_script[] = {
	script_head, values, reading, adding, NULL,
};

const struct cv_defender_line *const cv_defender_undo[] = {
	undo_head, values, reading, removing, NULL,
};
