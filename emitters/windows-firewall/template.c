/* The fixed text of the scripts, as data: sections of lines, with slots where the plan's
 * values go.  Pure ASCII, since Windows PowerShell 5.1 reads a file without a byte-order
 * mark in the system's code page; CRLF is put behind each line.  No double quotes, so
 * that nothing is expanded inside a string.
 *
 * What the text holds to: nothing is removed but by one exact name, since the name is a
 * pattern to Remove-NetFirewallRule, and without one it removes every rule; a rule of
 * ours is told by its group and by how its name begins; what is missing comes before
 * anything goes; and at the end only what Windows shows counts.
 *
 * Sources: the pages of New-, Get- and Remove-NetFirewallRule and of the cmdlets of its
 * filters (module NetSecurity).  Get-NetFirewallAddressFilter shows an IPv4 network with
 * a mask whatever it was made with (NetworkingDsc, issue 404). */
#include <stddef.h>

#include "windows-firewall/facts.h"

/* A line here is a line of a script.  clang-format would break them. */
/* clang-format off */
#define L(text) {CV_WINFW_TEXT, text, NULL},
#define END {CV_WINFW_TEXT, NULL, NULL}

static const struct cv_winfw_line script_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Makes rules of Windows Firewall on this computer that let traffic through.")
	L("#")
	{CV_WINFW_HEADER, "#   ", NULL},
	L("#")
	L("# It reads the rules that are there, creates those that are missing, makes anew those")
	L("# that differ, takes away rules of ours that the policy no longer has, reads all of them")
	L("# again and says what it found; run a second time, it changes nothing. Ours are rules in")
	L("# the group $Group whose names begin with $Prefix; all others stay as they are.")
	L("#")
	L("# -WhatIf only says what it would do; -Report only says what differs; -Remove takes all")
	L("# rules of ours away. Exit code 0: the rules are as the policy asks; 1: they are not, or")
	L("# it failed, and the last line says why.")
	L("#")
	L("# The rules only let through. What they do not name is left to the other rules and to")
	L("# the default of each profile, and a rule that blocks overrules them.")
	L("")
	END
};

static const struct cv_winfw_line paste_head[] = {
	L("# Makes rules of Windows Firewall on this computer that let traffic through: paste all of")
	L("# it into Windows PowerShell that runs as administrator, down to the last brace.")
	L("#")
	{CV_WINFW_HEADER, "#   ", NULL},
	L("#")
	L("# It does what the script file does. Behind the last brace -WhatIf, -Report or -Remove may be")
	L("# written.")
	L("& {")
	END
};

static const struct cv_winfw_line parameters[] = {
	L("[CmdletBinding(SupportsShouldProcess = $true)]")
	L("param(")
	L("    [switch] $Remove,")
	L("    [switch] $Report")
	L(")")
	L("")
	L("Set-StrictMode -Version 2")
	L("$ErrorActionPreference = 'Stop'")
	L("")
	END
};

static const struct cv_winfw_line values[] = {
	L("# Ours are the rules of this group whose names begin so.")
	{CV_WINFW_SETTING, "$Group = ", CV_WINFW_GROUP},
	{CV_WINFW_SETTING, "$Prefix = ", CV_WINFW_PREFIX},
	L("# The profiles that the rules are for, and what becomes of outbound traffic that no rule")
	L("# is about, as the site says.")
	{CV_WINFW_SETTING, "$Profiles = ", CV_WINFW_PROFILE},
	{CV_WINFW_SETTING, "$DefaultOutbound = ", CV_WINFW_OUTBOUND},
	L("# Each rule stands with the rows that ask for it as its description.")
	L("$Rules = @(")
	{CV_WINFW_RULES, "", NULL},
	L(")")
	L("")
	L("$Keys = 'DisplayName', 'Description', 'Group', 'Enabled', 'Action', 'Direction',")
	L("    'Profile', 'EdgeTraversalPolicy', 'Protocol', 'LocalAddress', 'RemoteAddress',")
	L("    'LocalPort', 'RemotePort', 'IcmpType', 'Program', 'Service', 'InterfaceType',")
	L("    'InterfaceAlias', 'LocalUser', 'RemoteUser', 'RemoteMachine'")
	L("$Profiles = $Profiles -split ','")
	L("$Ordinal = [System.StringComparison]::OrdinalIgnoreCase")
	L("")
	END
};

/* The keys of a rule are parameters of New-NetFirewallRule, so that it is splatted. */
static const struct cv_winfw_line functions[] = {
	L("# One spelling of an address, a network or a range: Windows shows 10.0.0.0/8 as")
	L("# 10.0.0.0/255.0.0.0.")
	L("function ConvertTo-Plain([string] $Text) {")
	L("    $parts = @($Text -split '/')")
	L("    $ends = @()")
	L("    foreach ($end in ($parts[0] -split '-')) {")
	L("        $address = [System.Net.IPAddress]::Any")
	L("        if (-not [System.Net.IPAddress]::TryParse($end, [ref] $address)) {")
	L("            return $Text")
	L("        }")
	L("        $ends += $address.ToString()")
	L("    }")
	L("    $plain = $ends -join '-'")
	L("    if ($parts.Count -eq 1) {")
	L("        return $plain")
	L("    }")
	L("    $length = $parts[1]")
	L("    if ($length -like '*.*') {")
	L("        $bits = ''")
	L("        foreach ($byte in ([System.Net.IPAddress] $length).GetAddressBytes()) {")
	L("            $bits += [Convert]::ToString($byte, 2)")
	L("        }")
	L("        $length = [string] $bits.Replace('0', '').Length")
	L("    }")
	L("    if ($length -eq '128' -or ($length -eq '32' -and $plain -notlike '*:*')) {")
	L("        return $plain")
	L("    }")
	L("    return '{0}/{1}' -f $plain, $length")
	L("}")
	L("")
	L("# What a rule lets through and how it is shown, as one text to compare.")
	L("function Get-Text($Rule) {")
	L("    $text = ''")
	L("    foreach ($key in $Keys) {")
	L("        $values = @($Rule[$key] | ForEach-Object { [string] $_ } | Where-Object { $_ })")
	L("        if ($values.Count -eq 0) {")
	L("            $values = @('Any')")
	L("        }")
	L("        if ($key -like '*Address') {")
	L("            $values = @($values | ForEach-Object { ConvertTo-Plain $_ })")
	L("        } elseif ($key -eq 'Profile') {")
	L("            $values = @(($values -join ',') -split ',' | ForEach-Object { $_.Trim() })")
	L("            if ($values.Count -eq 3) {")
	L("                $values = @('Any')")
	L("            }")
	L("        } elseif ($key -eq 'Program') {")
	L("            $values = @($values | ForEach-Object {")
	L("                [System.Environment]::ExpandEnvironmentVariables($_) })")
	L("        }")
	L("        $text += '{0}={1};' -f $key, (($values | Sort-Object -Unique) -join ',')")
	L("    }")
	L("    return $text")
	L("}")
	L("")
	L("# A rule as the policy asks for it: what New-NetFirewallRule is given.")
	L("function Get-Wanted($Rule) {")
	L("    $wanted = $Rule.Clone()")
	L("    $wanted['Group'] = $Group")
	L("    $wanted['Action'] = 'Allow'")
	L("    $wanted['Enabled'] = 'True'")
	L("    if ($wanted['Direction'] -eq 'Inbound') {")
	L("        $wanted['EdgeTraversalPolicy'] = 'Block'")
	L("    }")
	L("    return $wanted")
	L("}")
	L("")
	L("# Filters by the rule that they belong to.")
	L("function Get-ById($Filters) {")
	L("    $byId = @{}")
	L("    foreach ($filter in $Filters) {")
	L("        $byId[$filter.InstanceID] = $filter")
	L("    }")
	L("    return $byId")
	L("}")
	L("")
	L("# The rules of this computer whose name is one of ours, by name.")
	L("function Get-Found {")
	L("    $store = @{ PolicyStore = 'PersistentStore'; ErrorAction = 'Stop' }")
	L("    $ports = Get-ById (Get-NetFirewallPortFilter @store)")
	L("    $addresses = Get-ById (Get-NetFirewallAddressFilter @store)")
	L("    $programs = Get-ById (Get-NetFirewallApplicationFilter @store)")
	L("    $services = Get-ById (Get-NetFirewallServiceFilter @store)")
	L("    $types = Get-ById (Get-NetFirewallInterfaceTypeFilter @store)")
	L("    $interfaces = Get-ById (Get-NetFirewallInterfaceFilter @store)")
	L("    $security = Get-ById (Get-NetFirewallSecurityFilter @store)")
	L("    $found = @{}")
	L("    foreach ($rule in (Get-NetFirewallRule @store)) {")
	L("        if (-not $rule.Name.StartsWith($Prefix, $Ordinal)) {")
	L("            continue")
	L("        }")
	L("        $id = $rule.InstanceID")
	L("        $one = @{")
	L("            DisplayName = $rule.DisplayName")
	L("            Description = $rule.Description")
	L("            Group = $rule.Group")
	L("            Enabled = $rule.Enabled")
	L("            Action = $rule.Action")
	L("            Direction = $rule.Direction")
	L("            Profile = $rule.Profile")
	L("            Protocol = $ports[$id].Protocol")
	L("            LocalAddress = $addresses[$id].LocalAddress")
	L("            RemoteAddress = $addresses[$id].RemoteAddress")
	L("            Program = $programs[$id].Program")
	L("            Service = $services[$id].Service")
	L("            InterfaceType = $types[$id].InterfaceType")
	L("            InterfaceAlias = $interfaces[$id].InterfaceAlias")
	L("            LocalUser = $security[$id].LocalUser")
	L("            RemoteUser = $security[$id].RemoteUser")
	L("            RemoteMachine = $security[$id].RemoteMachine")
	L("        }")
	L("        # What has no meaning for a rule is shown with any value.")
	L("        if ('TCP', 'UDP' -contains $one['Protocol']) {")
	L("            $one['LocalPort'] = $ports[$id].LocalPort")
	L("            $one['RemotePort'] = $ports[$id].RemotePort")
	L("        } elseif ('ICMPv4', 'ICMPv6' -contains $one['Protocol']) {")
	L("            $one['IcmpType'] = $ports[$id].IcmpType")
	L("        }")
	L("        if ([string] $one['Direction'] -eq 'Inbound') {")
	L("            $one['EdgeTraversalPolicy'] = $rule.EdgeTraversalPolicy")
	L("        }")
	L("        $found[$rule.Name] = $one")
	L("    }")
	L("    return $found")
	L("}")
	L("")
	L("function Assert-Firewall {")
	L("    if (-not (Get-Command New-NetFirewallRule -ErrorAction SilentlyContinue)) {")
	L("        throw 'this computer has no New-NetFirewallRule (module NetSecurity)'")
	L("    }")
	L("}")
	L("")
	L("# A name is a pattern to Remove-NetFirewallRule, so it must be plain.")
	L("function Remove-Ours([string] $Name) {")
	L("    if ($Name -notmatch '^[A-Za-z0-9._-]+$') {")
	L("        throw 'a rule of ours has a name that is not plain; remove it by hand'")
	L("    }")
	L("    $one = @{ PolicyStore = 'PersistentStore'; Name = $Name; Confirm = $false }")
	L("    Remove-NetFirewallRule @one -ErrorAction Stop")
	L("}")
	L("")
	END
};

static const struct cv_winfw_line obstacles[] = {
	L("# Says what keeps the rules from having an effect.")
	L("function Show-Obstacle {")
	L("    foreach ($each in (Get-NetFirewallProfile -PolicyStore ActiveStore -ErrorAction Stop)) {")
	L("        if ($Profiles -notcontains $each.Name) {")
	L("            continue")
	L("        }")
	L("        $name = $each.Name")
	L("        if ([string] $each.Enabled -eq 'False') {")
	L("            'note: Windows Firewall is off in the profile {0}' -f $name")
	L("        }")
	L("        if ([string] $each.AllowInboundRules -eq 'False') {")
	L("            'note: {0} blocks all that comes in, whatever the rules say' -f $name")
	L("        }")
	L("        if ([string] $each.AllowLocalFirewallRules -eq 'False') {")
	L("            'note: a policy makes {0} ignore rules made on the computer' -f $name")
	L("        }")
	L("        if ([string] $each.DefaultInboundAction -eq 'Allow') {")
	L("            'note: {0} lets in what no rule is about, so inbound rules change nothing' -f")
	L("                $name")
	L("        }")
	L("        $outbound = [string] $each.DefaultOutboundAction")
	L("        if ('Allow', 'Block' -contains $outbound -and $outbound -ne $DefaultOutbound) {")
	L("            'note: outbound traffic is by default {0} in {1}; the site says {2}' -f")
	L("                $outbound, $name, $DefaultOutbound")
	L("        }")
	L("    }")
	L("}")
	L("")
	END
};

static const struct cv_winfw_line work[] = {
	L("# What there is to do, as names.")
	L("function Get-Difference($Found, $Asked) {")
	L("    $todo = @{ create = @(); change = @(); remove = @() }")
	L("    foreach ($name in $Asked.Keys) {")
	L("        if (-not $Found.ContainsKey($name)) {")
	L("            $todo['create'] += $name")
	L("        } elseif ((Get-Text $Asked[$name]) -ne (Get-Text $Found[$name])) {")
	L("            $todo['change'] += $name")
	L("        }")
	L("    }")
	L("    foreach ($name in $Found.Keys) {")
	L("        if (-not $Asked.Contains($name) -and $Found[$name]['Group'] -eq $Group) {")
	L("            $todo['remove'] += $name")
	L("        }")
	L("    }")
	L("    return $todo")
	L("}")
	L("")
	L("try {")
	L("    if ($Remove -and $Report) {")
	L("        throw 'say -Remove or -Report, not both'")
	L("    }")
	L("    Assert-Firewall")
	L("    Show-Obstacle")
	L("    $asked = [ordered] @{}")
	L("    if (-not $Remove) {")
	L("        foreach ($rule in $Rules) {")
	L("            $asked[$rule['Name']] = Get-Wanted $rule")
	L("        }")
	L("    }")
	L("    $todo = Get-Difference (Get-Found) $asked")
	L("    if (-not $Report) {")
	L("        # What is missing comes first, and what goes last.")
	L("        foreach ($name in $todo['create']) {")
	L("            if ($PSCmdlet.ShouldProcess($name, 'create the rule')) {")
	L("                $rule = $asked[$name]")
	L("                New-NetFirewallRule @rule -PolicyStore PersistentStore -ErrorAction Stop |")
	L("                    Out-Null")
	L("            }")
	L("        }")
	L("        foreach ($name in $todo['change']) {")
	L("            if ($PSCmdlet.ShouldProcess($name, 'make the rule anew')) {")
	L("                $rule = $asked[$name]")
	L("                Remove-Ours $name")
	L("                New-NetFirewallRule @rule -PolicyStore PersistentStore -ErrorAction Stop |")
	L("                    Out-Null")
	L("            }")
	L("        }")
	L("        foreach ($name in $todo['remove']) {")
	L("            if ($PSCmdlet.ShouldProcess($name, 'remove the rule')) {")
	L("                Remove-Ours $name")
	L("            }")
	L("        }")
	L("        '{0} rules asked for; {1} were missing, {2} were different, {3} were left over' -f")
	L("            $asked.Count, $todo['create'].Count, $todo['change'].Count,")
	L("            $todo['remove'].Count")
	L("        # Windows may say yes and do something else: only what it shows now counts.")
	L("        $todo = Get-Difference (Get-Found) $asked")
	L("    }")
	L("    $open = 0")
	L("    foreach ($what in 'create', 'change', 'remove') {")
	L("        foreach ($name in $todo[$what]) {")
	L("            'to {0}: {1}' -f $what, $name")
	L("            $open++")
	L("        }")
	L("    }")
	L("    if ($open -eq 0) {")
	L("        'the rules are as the policy asks'")
	L("    } elseif (-not $WhatIfPreference) {")
	L("        throw ('{0} rules are not as the policy asks' -f $open)")
	L("    }")
	L("} catch {")
	L("    'failed: {0}' -f $_.Exception.Message")
	END
};

static const struct cv_winfw_line script_end[] = {
	L("    exit 1")
	L("}")
	L("exit 0")
	END
};

/* `exit` would close the console. */
static const struct cv_winfw_line paste_end[] = {
	L("}")
	L("}")
	END
};

static const struct cv_winfw_line undo_head[] = {
	L("#Requires -Version 5.1")
	L("#Requires -RunAsAdministrator")
	L("#")
	L("# Undo: takes rules of Windows Firewall away from this computer.")
	L("#")
	{CV_WINFW_HEADER, "#   ", NULL},
	L("#")
	L("# It takes away the rules named below, each by its exact name and only where it is in")
	L("# the group $Group. All other rules stay. -WhatIf only says what it would do. Exit code")
	L("# 0: they are gone; 1: not all of them, and the last line says why.")
	L("")
	L("[CmdletBinding(SupportsShouldProcess = $true)]")
	L("param()")
	L("")
	L("Set-StrictMode -Version 2")
	L("$ErrorActionPreference = 'Stop'")
	L("")
	{CV_WINFW_SETTING, "$Group = ", CV_WINFW_GROUP},
	L("$Names = @(")
	{CV_WINFW_NAMES, "", NULL},
	L(")")
	L("")
	L("function Assert-Firewall {")
	L("    if (-not (Get-Command New-NetFirewallRule -ErrorAction SilentlyContinue)) {")
	L("        throw 'this computer has no New-NetFirewallRule (module NetSecurity)'")
	L("    }")
	L("}")
	L("")
	L("# A name is a pattern to Remove-NetFirewallRule, so it must be plain.")
	L("function Remove-Ours([string] $Name) {")
	L("    if ($Name -notmatch '^[A-Za-z0-9._-]+$') {")
	L("        throw 'a rule of ours has a name that is not plain; remove it by hand'")
	L("    }")
	L("    $one = @{ PolicyStore = 'PersistentStore'; Name = $Name; Confirm = $false }")
	L("    Remove-NetFirewallRule @one -ErrorAction Stop")
	L("}")
	L("")
	END
};

static const struct cv_winfw_line undo_work[] = {
	L("try {")
	L("    Assert-Firewall")
	L("    $store = @{ PolicyStore = 'PersistentStore'; ErrorAction = 'Stop' }")
	L("    $removed = 0")
	L("    foreach ($rule in @(Get-NetFirewallRule @store)) {")
	L("        if ($Names -notcontains $rule.Name) {")
	L("            continue")
	L("        }")
	L("        if ($rule.Group -ne $Group) {")
	L("            'stays, it is not in our group: {0}' -f $rule.Name")
	L("        } elseif ($PSCmdlet.ShouldProcess($rule.Name, 'remove the rule')) {")
	L("            Remove-Ours $rule.Name")
	L("            $removed++")
	L("        }")
	L("    }")
	L("    # Windows may say yes and do nothing: only what it shows now counts.")
	L("    $left = @(Get-NetFirewallRule @store | Where-Object {")
	L("        $Names -contains $_.Name -and $_.Group -eq $Group })")
	L("    '{0} rules taken away, {1} left' -f $removed, $left.Count")
	L("    if ($left -and -not $WhatIfPreference) {")
	L("        throw 'not all of the rules went away'")
	L("    }")
	L("} catch {")
	L("    'failed: {0}' -f $_.Exception.Message")
	END
};
/* clang-format on */

const struct cv_winfw_line *const cv_winfw_script[] = {
	script_head, parameters, values, functions, obstacles, work, script_end, NULL,
};

const struct cv_winfw_line *const cv_winfw_paste[] = {
	paste_head, parameters, values, functions, obstacles, work, paste_end, NULL,
};

const struct cv_winfw_line *const cv_winfw_undo[] = {
	undo_head,
	undo_work,
	script_end,
	NULL,
};
