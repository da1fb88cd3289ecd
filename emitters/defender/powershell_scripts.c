/* The scripts whole: what each begins and ends with around the sections that they
 * share.  Which line ends and characters they keep to stands in powershell_template.c. */
#include "defender/powershell_parts.h"

/* clang-format off */
/* PowerShell holds #Requires before it runs the first statement. */
static const struct cv_defender_line script_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Brings exclusions of Microsoft Defender Antivirus on this computer to a policy.")
	L("#")
	{CV_DEFENDER_HEADER, "#   ", NULL},
	L("#")
	L("# It reads the exclusions that are there, adds those that are missing, takes away")
	L("# those that it added earlier and the policy no longer has, reads them again and")
	L("# says what it found; run a second time, it changes nothing. What it added itself")
	L("# it records under $Record, for administrators only; what others added stays.")
	L("#")
	L("# -WhatIf   only says what it would do")
	L("# -Report   only says what is there, what is missing and what would go;")
	L("#           exit code 1 where something is")
	L("# -Remove   takes away all that it recorded for this group, and adds nothing")
	L("#")
	L("# Exit code 0: done; 1: not done, the last line says why.")
	L("#")
	L("# Run it in the 64-bit Windows PowerShell, from Intune too. Defender logs each")
	L("# change as event 5007 in Microsoft-Windows-Windows Defender/Operational, and")
	L("# rules that watch for Add-MpPreference will see it: tell those who watch.")
	L("# Where tamper protection guards the exclusions, Defender may refuse a change,")
	L("# or seem to take it and not do so.")
	L("")
	L("[CmdletBinding(SupportsShouldProcess = $true)]")
	L("param([switch] $Remove, [switch] $Report)")
	L("")
	END
};

static const struct cv_defender_line asking[] = {
	L("# -WhatIf and -Confirm are for the cmdlets that have none of their own.")
	L("$Cmdlet = $PSCmdlet")
	L("function Test-Change([string] $Entry, [string] $What) {")
	L("    return $Cmdlet.ShouldProcess($Entry, $What)")
	L("}")
	END
};

static const struct cv_defender_line not_asking[] = {
	L("function Test-Change([string] $Entry, [string] $What) {")
	L("    return $true")
	L("}")
	END
};

static const struct cv_defender_line script_end[] = {
	L("# What there is, entry by entry; nothing is changed.")
	L("function Show-Report {")
	L("    Assert-Defender")
	L("    $found = Get-Exclusion")
	L("    Show-Obstacle")
	L("    foreach ($list in $Lists) {")
	L("        $ours = @(Get-Key | ForEach-Object { Get-Recorded $_ $list })")
	L("        foreach ($entry in $found[$list]) {")
	L("            $by = 'not by this script'")
	L("            if ($ours -contains $entry) {")
	L("                $by = 'by this script'")
	L("            }")
	L("            $asked = 'not asked for'")
	L("            if ($Entries[$list] -contains $entry) {")
	L("                $asked = 'asked for'")
	L("            }")
	L("            \"there, $asked, added ${by}: $list $entry\"")
	L("        }")
	L("    }")
	L("    $difference = @(Get-Difference $found)")
	L("    $difference")
	L("    if ($difference) {")
	L("        throw \"$($difference.Count) differences from the policy\"")
	L("    }")
	L("}")
	L("")
	L("if ($Remove) {")
	L("    $Entries = @{ ExclusionPath = @(); ExclusionExtension = @(); ExclusionProcess = @() }")
	L("    $OtherGroups = 'keep'")
	L("}")
	L("try {")
	L("    if ($Report) {")
	L("        Show-Report")
	L("    } else {")
	L("        Update-Exclusion")
	L("    }")
	L("} catch {")
	L("    \"failed: $($_.Exception.Message)\"")
	L("    exit 1")
	L("}")
	L("exit 0")
	END
};

/* A console may take what is pasted character by character and run each line that is
 * whole ("about_PSReadLine_Functions"): one statement, whole with its last line.  No
 * `exit`, which would close the console. */
static const struct cv_defender_line paste_head[] = {
	L("& {")
	L("# Paste all of this, down to the last brace and the empty line behind it, into a")
	L("# 64-bit Windows PowerShell 5.1 that runs as administrator. It brings exclusions of")
	L("# Microsoft Defender Antivirus on this computer to a policy:")
	L("#")
	{CV_DEFENDER_HEADER, "#   ", NULL},
	L("#")
	L("# It adds those that are missing, takes away those that it added earlier and the")
	L("# policy no longer has, reads them again and says what it found. What it added")
	L("# itself it records under $Record; what others added stays. Nothing runs before the")
	L("# last brace. Defender logs each change as event 5007.")
	END
};

static const struct cv_defender_line paste_end[] = {
	L("try {")
	L("    Update-Exclusion")
	L("} catch {")
	L("    \"failed: $($_.Exception.Message)\"")
	L("}")
	L("}")
	L("")
	END
};

/* Intune runs the remediation only if the detection ends with 1, keeps 2,048 characters
 * of its output and shows the last line ("Remediations"). */
static const struct cv_defender_line detect_head[] = {
	L("#Requires -Version 5.1")
	L("#")
	L("# Intune remediation, detection script: are Defender's exclusions as the policy asks?")
	L("#")
	{CV_DEFENDER_HEADER, "#   ", NULL},
	L("#")
	L("# Exit code 1: they are not, and the remediation script is to run. Exit code 0: they")
	L("# are; or nothing can be said, because Defender hides its exclusions or does not run")
	L("# here, and the line says so. It changes nothing.")
	L("#")
	L("# Run this script using the logged-on credentials: No.")
	L("# Run script in 64-bit PowerShell: Yes.")
	L("")
	END
};

static const struct cv_defender_line detect_end[] = {
	L("$code = 1")
	L("try {")
	L("    Assert-Defender")
	L("    $difference = @(Get-Difference (Get-Exclusion))")
	L("    $said = @(Show-Obstacle)")
	L("    if ($difference) {")
	L("        $said += \"$($difference.Count) differences from the policy\"")
	L("        $said += $difference")
	L("    } else {")
	L("        $said += 'the exclusions are as the policy asks'")
	L("        $code = 0")
	L("    }")
	L("} catch {")
	L("    $said = @(\"nothing can be said: $($_.Exception.Message)\")")
	L("    if ($said -like '*: Defender hides *' -or $said -like '*: no Defender: *') {")
	L("        $code = 0")
	L("    }")
	L("}")
	END
};

static const struct cv_defender_line remediate_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Intune remediation, remediation script: brings Defender's exclusions to the policy.")
	L("#")
	{CV_DEFENDER_HEADER, "#   ", NULL},
	L("#")
	L("# It adds those that are missing, takes away those that it added earlier and the")
	L("# policy no longer has, and reads them again. What it added itself it records under")
	L("# $Record, for administrators only; what others added stays.")
	L("# Exit code 0: done; 1: not done, the line says why.")
	L("#")
	L("# Run this script using the logged-on credentials: No.")
	L("# Run script in 64-bit PowerShell: Yes.")
	L("# Defender logs each change as event 5007 in Microsoft-Windows-Windows")
	L("# Defender/Operational, and rules that watch for Add-MpPreference will see it.")
	L("")
	END
};

static const struct cv_defender_line remediate_end[] = {
	L("$code = 0")
	L("$said = @()")
	L("try {")
	L("    Update-Exclusion | ForEach-Object { $said += $_ }")
	L("} catch {")
	L("    $said = @(\"failed: $($_.Exception.Message)\") + $said")
	L("    $code = 1")
	L("}")
	END
};

static const struct cv_defender_line one_line[] = {
	L("$line = $said -join '; '")
	L("if ($line.Length -gt 2048) {")
	L("    $line = $line.Substring(0, 2045) + '...'")
	L("}")
	L("$line")
	L("exit $code")
	END
};

static const struct cv_defender_line undo_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Undo: takes exclusions out of Microsoft Defender Antivirus on this computer.")
	L("#")
	{CV_DEFENDER_HEADER, "#   ", NULL},
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
	L("[CmdletBinding(SupportsShouldProcess = $true)]")
	L("param()")
	L("")
	END
};

static const struct cv_defender_line undo_end[] = {
	L("try {")
	L("    Assert-Defender")
	L("    $before = Get-Exclusion")
	L("    Show-Obstacle")
	L("    $removed = @{}")
	L("    foreach ($list in $Lists) {")
	L("        $removed[$list] = @()")
	L("        $recorded = @(Get-Recorded $Record $list)")
	L("        foreach ($entry in $Entries[$list]) {")
	L("            if ($recorded -notcontains $entry) {")
	L("                if ($before[$list] -contains $entry) {")
	L("                    \"stays, carveout did not add it here: $list $entry\"")
	L("                }")
	L("            } elseif (Test-Change $entry \"remove from $list\") {")
	L("                $exclusion = @{ $list = $entry }")
	L("                if ($before[$list] -contains $entry) {")
	L("                    Remove-MpPreference @exclusion -ErrorAction Stop")
	L("                }")
	L("                $removed[$list] += $entry")
	L("            }")
	L("        }")
	L("    }")
	L("    # Defender may say yes and do nothing: only what it shows now counts.")
	L("    $after = Get-Exclusion")
	L("    $refused = 0")
	L("    foreach ($list in $Lists) {")
	L("        $stuck = @($removed[$list] | Where-Object { $after[$list] -contains $_ })")
	L("        foreach ($entry in $stuck) {")
	L("            \"refused: $list $entry\"")
	L("            $refused++")
	L("        }")
	L("        foreach ($entry in $removed[$list]) {")
	L("            if ($stuck -notcontains $entry) {")
	L("                Remove-Recorded $Record $list $entry")
	L("            }")
	L("        }")
	L("        '{0}: {1} taken away' -f $list, ($removed[$list].Count - $stuck.Count)")
	L("    }")
	L("    Clear-Record $Record")
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
	script_head,
	cv_defender_record_of,
	cv_defender_other_groups,
	cv_defender_values,
	asking,
	cv_defender_reading,
	cv_defender_comparing,
	cv_defender_forgetting,
	cv_defender_recording,
	cv_defender_updating,
	script_end,
	NULL,
};

const struct cv_defender_line *const cv_defender_paste[] = {
	paste_head,
	cv_defender_record_of,
	cv_defender_other_groups,
	cv_defender_values,
	not_asking,
	cv_defender_reading,
	cv_defender_comparing,
	cv_defender_forgetting,
	cv_defender_recording,
	cv_defender_updating,
	paste_end,
	NULL,
};

const struct cv_defender_line *const cv_defender_detect[] = {
	detect_head,
	cv_defender_record_of,
	cv_defender_other_groups,
	cv_defender_values,
	cv_defender_reading,
	cv_defender_comparing,
	detect_end,
	one_line,
	NULL,
};

const struct cv_defender_line *const cv_defender_remediate[] = {
	remediate_head,
	cv_defender_record_of,
	cv_defender_other_groups,
	cv_defender_values,
	not_asking,
	cv_defender_reading,
	cv_defender_comparing,
	cv_defender_forgetting,
	cv_defender_recording,
	cv_defender_updating,
	remediate_end,
	one_line,
	NULL,
};

const struct cv_defender_line *const cv_defender_undo[] = {
	undo_head,           cv_defender_record_of,  cv_defender_values, asking,
	cv_defender_reading, cv_defender_forgetting, undo_end,           NULL,
};
