# Prints what Windows Firewall holds on this computer as JSON, for carveout audit.
# Nothing is changed. Run it, or paste it, in Windows PowerShell as administrator:
# without that right not all of the rules may show.
#
#   carveout 0.1.0: windows-firewall for tanium-client of site cloud
#   from profile tanium/threat-response
#   from profile tanium/core
#   addresses of tanium-as-a-service are those of its names on 2026-11-20
#   preview: not yet tried on the product itself
#   counts on: inbound traffic that no rule is about is blocked
& {
    $ErrorActionPreference = 'Stop'
    $store = @{ PolicyStore = 'ActiveStore'; ErrorAction = 'Stop' }
    function Get-ById($Filters) {
        $byId = @{}
        foreach ($filter in $Filters) {
            $byId[$filter.InstanceID] = $filter
        }
        return $byId
    }
    function Get-Texts($Values) {
        $Values | ForEach-Object { [string] $_ } | Where-Object { $_ }
    }
    $ports = Get-ById (Get-NetFirewallPortFilter @store)
    $addresses = Get-ById (Get-NetFirewallAddressFilter @store)
    $programs = Get-ById (Get-NetFirewallApplicationFilter @store)
    $services = Get-ById (Get-NetFirewallServiceFilter @store)
    $types = Get-ById (Get-NetFirewallInterfaceTypeFilter @store)
    $interfaces = Get-ById (Get-NetFirewallInterfaceFilter @store)
    $security = Get-ById (Get-NetFirewallSecurityFilter @store)
    $profiles = foreach ($each in (Get-NetFirewallProfile @store)) {
        @{
            Name = [string] $each.Name
            Enabled = [string] $each.Enabled
            DefaultInboundAction = [string] $each.DefaultInboundAction
            DefaultOutboundAction = [string] $each.DefaultOutboundAction
            AllowInboundRules = [string] $each.AllowInboundRules
            AllowLocalFirewallRules = [string] $each.AllowLocalFirewallRules
        }
    }
    $rules = foreach ($rule in (Get-NetFirewallRule @store)) {
        $id = $rule.InstanceID
        @{
            Name = [string] $rule.Name
            Group = [string] $rule.Group
            Enabled = [string] $rule.Enabled
            Action = [string] $rule.Action
            Direction = [string] $rule.Direction
            Profile = [string] $rule.Profile
            EdgeTraversalPolicy = [string] $rule.EdgeTraversalPolicy
            PolicyStoreSourceType = [string] $rule.PolicyStoreSourceType
            Protocol = [string] $ports[$id].Protocol
            LocalPort = @(Get-Texts $ports[$id].LocalPort)
            RemotePort = @(Get-Texts $ports[$id].RemotePort)
            IcmpType = @(Get-Texts $ports[$id].IcmpType)
            LocalAddress = @(Get-Texts $addresses[$id].LocalAddress)
            RemoteAddress = @(Get-Texts $addresses[$id].RemoteAddress)
            Program = [string] $programs[$id].Program
            Package = [string] $programs[$id].Package
            Service = [string] $services[$id].Service
            InterfaceType = [string] $types[$id].InterfaceType
            InterfaceAlias = @(Get-Texts $interfaces[$id].InterfaceAlias)
            LocalUser = [string] $security[$id].LocalUser
            RemoteUser = [string] $security[$id].RemoteUser
            RemoteMachine = [string] $security[$id].RemoteMachine
        }
    }
    @{ profiles = @($profiles); rules = @($rules) } | ConvertTo-Json -Depth 4
}
