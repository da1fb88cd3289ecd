/* The fixed text of the script that prints the firewall's state for an audit.  Each
 * value is made a text or a list of texts, since ConvertTo-Json writes enumerations as
 * numbers.  Source: the pages of Get-NetFirewallRule, Get-NetFirewallProfile and of the
 * filters' cmdlets: the active store is the sum of all that applies to the computer. */
#include <stddef.h>

#include "windows-firewall/facts.h"

/* clang-format off */
#define L(text) {CV_WINFW_TEXT, text, NULL},
#define END {CV_WINFW_TEXT, NULL, NULL}

static const struct cv_winfw_line export_text[] = {
	L("# Prints what Windows Firewall holds on this computer as JSON, for carveout audit.")
	L("# Nothing is changed. Run it, or paste it, in Windows PowerShell as administrator:")
	L("# without that right not all of the rules may show.")
	L("#")
	{CV_WINFW_HEADER, "#   ", NULL},
	L("& {")
	L("    $ErrorActionPreference = 'Stop'")
	L("    $store = @{ PolicyStore = 'ActiveStore'; ErrorAction = 'Stop' }")
	L("    function Get-ById($Filters) {")
	L("        $byId = @{}")
	L("        foreach ($filter in $Filters) {")
	L("            $byId[$filter.InstanceID] = $filter")
	L("        }")
	L("        return $byId")
	L("    }")
	L("    function Get-Texts($Values) {")
	L("        $Values | ForEach-Object { [string] $_ } | Where-Object { $_ }")
	L("    }")
	L("    $ports = Get-ById (Get-NetFirewallPortFilter @store)")
	L("    $addresses = Get-ById (Get-NetFirewallAddressFilter @store)")
	L("    $programs = Get-ById (Get-NetFirewallApplicationFilter @store)")
	L("    $services = Get-ById (Get-NetFirewallServiceFilter @store)")
	L("    $types = Get-ById (Get-NetFirewallInterfaceTypeFilter @store)")
	L("    $interfaces = Get-ById (Get-NetFirewallInterfaceFilter @store)")
	L("    $security = Get-ById (Get-NetFirewallSecurityFilter @store)")
	L("    $profiles = foreach ($each in (Get-NetFirewallProfile @store)) {")
	L("        @{")
	L("            Name = [string] $each.Name")
	L("            Enabled = [string] $each.Enabled")
	L("            DefaultInboundAction = [string] $each.DefaultInboundAction")
	L("            DefaultOutboundAction = [string] $each.DefaultOutboundAction")
	L("            AllowInboundRules = [string] $each.AllowInboundRules")
	L("            AllowLocalFirewallRules = [string] $each.AllowLocalFirewallRules")
	L("        }")
	L("    }")
	L("    $rules = foreach ($rule in (Get-NetFirewallRule @store)) {")
	L("        $id = $rule.InstanceID")
	L("        @{")
	L("            Name = [string] $rule.Name")
	L("            Group = [string] $rule.Group")
	L("            Enabled = [string] $rule.Enabled")
	L("            Action = [string] $rule.Action")
	L("            Direction = [string] $rule.Direction")
	L("            Profile = [string] $rule.Profile")
	L("            EdgeTraversalPolicy = [string] $rule.EdgeTraversalPolicy")
	L("            PolicyStoreSourceType = [string] $rule.PolicyStoreSourceType")
	L("            Protocol = [string] $ports[$id].Protocol")
	L("            LocalPort = @(Get-Texts $ports[$id].LocalPort)")
	L("            RemotePort = @(Get-Texts $ports[$id].RemotePort)")
	L("            IcmpType = @(Get-Texts $ports[$id].IcmpType)")
	L("            LocalAddress = @(Get-Texts $addresses[$id].LocalAddress)")
	L("            RemoteAddress = @(Get-Texts $addresses[$id].RemoteAddress)")
	L("            Program = [string] $programs[$id].Program")
	L("            Package = [string] $programs[$id].Package")
	L("            Service = [string] $services[$id].Service")
	L("            InterfaceType = [string] $types[$id].InterfaceType")
	L("            InterfaceAlias = @(Get-Texts $interfaces[$id].InterfaceAlias)")
	L("            LocalUser = [string] $security[$id].LocalUser")
	L("            RemoteUser = [string] $security[$id].RemoteUser")
	L("            RemoteMachine = [string] $security[$id].RemoteMachine")
	L("        }")
	L("    }")
	L("    @{ profiles = @($profiles); rules = @($rules) } | ConvertTo-Json -Depth 4")
	L("}")
	END
};
/* clang-format on */

const struct cv_winfw_line *const cv_winfw_export[] = {export_text, NULL};
