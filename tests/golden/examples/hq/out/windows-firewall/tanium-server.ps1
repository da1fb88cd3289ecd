#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Makes rules of Windows Firewall on this computer that let traffic through.
#
#   carveout 0.1.0: windows-firewall for tanium-server of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   counts on: inbound traffic that no rule is about is blocked
#   counts on: outbound traffic that no rule is about is allowed; there are no rules for it
#
# It reads the rules that are there, creates those that are missing, makes anew those
# that differ, takes away rules of ours that the policy no longer has, reads all of them
# again and says what it found; run a second time, it changes nothing. Ours are rules in
# the group $Group whose names begin with $Prefix; all others stay as they are.
#
# -WhatIf only says what it would do; -Report only says what differs; -Remove takes all
# rules of ours away. Exit code 0: the rules are as the policy asks; 1: they are not, or
# it failed, and the last line says why.
#
# The rules only let through. What they do not name is left to the other rules and to
# the default of each profile, and a rule that blocks overrules them.

[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [switch] $Remove,
    [switch] $Report
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

# Ours are the rules of this group whose names begin so.
$Group = 'carveout hq tanium-server'
$Prefix = 'carveout.hq.tanium-server.'
# The profiles that the rules are for, and what becomes of outbound traffic that no rule
# is about, as the site says.
$Profiles = 'Domain'
$DefaultOutbound = 'Allow'
# Each rule stands with the rows that ask for it as its description.
$Rules = @(
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.222fbd0176d40ffbc2d5'
        DisplayName = 'hq tanium-server: module-server to tanium-server, tcp 443, IPv4 in'
        Description = 'tanium/threat-response#ports/tcp (requirements)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('10.20.30.4')
        RemoteAddress = @('10.20.30.5')
        LocalPort = @('443')
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.3836a86038b5592ae01a'
        DisplayName = 'hq tanium-server: module-server to tanium-server, tcp 443, IPv6 in'
        Description = 'tanium/threat-response#ports/tcp (requirements)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('2001:db8:30::4')
        RemoteAddress = @('2001:db8:30::5')
        LocalPort = @('443')
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.ab10b04611d51c88589b'
        DisplayName = 'hq tanium-server: module-server to tanium-server, tcp 8443, IPv4 in'
        Description = 'tanium/threat-response#ports/blank (requirements)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('10.20.30.4')
        RemoteAddress = @('10.20.30.5')
        LocalPort = @('8443')
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.9264756395f2c58f21db'
        DisplayName = 'hq tanium-server: module-server to tanium-server, tcp 8443, IPv6 in'
        Description = 'tanium/threat-response#ports/blank (requirements)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('2001:db8:30::4')
        RemoteAddress = @('2001:db8:30::5')
        LocalPort = @('8443')
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.c037f248580f1ea2262e'
        DisplayName = 'hq tanium-server: tanium-client to tanium-server, tcp 17472, IPv4 in'
        Description = 'tanium/core#ports/client-to-server (ports)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('10.20.30.4')
        RemoteAddress = @('10.20.1.0-10.20.2.255')
        LocalPort = @('17472')
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.9ab5f6580ff14f7b46ee'
        DisplayName = 'hq tanium-server: tanium-client to tanium-server, tcp 17472, IPv6 in'
        Description = 'tanium/core#ports/client-to-server (ports)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('2001:db8:30::4')
        RemoteAddress = @(
            '2001:db8:1::/64'
            '2001:db8:2::/64'
        )
        LocalPort = @('17472')
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.35dd72b32452e7dee28a'
        DisplayName = 'hq tanium-server: module-server to tanium-server, tcp 443,8443, IPv4 in'
        Description = 'tanium/core#ports/module-server-to-server (ports)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('10.20.30.4')
        RemoteAddress = @('10.20.30.5')
        LocalPort = @(
            '443'
            '8443'
        )
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.b920f2a4c7c1113c8c63'
        DisplayName = 'hq tanium-server: module-server to tanium-server, tcp 443,8443, IPv6 in'
        Description = 'tanium/core#ports/module-server-to-server (ports)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('2001:db8:30::4')
        RemoteAddress = @('2001:db8:30::5')
        LocalPort = @(
            '443'
            '8443'
        )
        RemotePort = @('Any')
    }
    @{
        Name = 'carveout.hq.tanium-server.in.tcp.0ff71cecaf9770f2d987'
        DisplayName = 'hq tanium-server: console-user to tanium-server, tcp 443,8443, IPv4 in'
        Description = 'tanium/core#ports/console-to-server (ports)'
        Direction = 'Inbound'
        Profile = 'Domain'
        Protocol = 'TCP'
        LocalAddress = @('10.20.30.4')
        RemoteAddress = @('10.20.40.0/28')
        LocalPort = @(
            '443'
            '8443'
        )
        RemotePort = @('Any')
    }
)

$Keys = 'DisplayName', 'Description', 'Group', 'Enabled', 'Action', 'Direction',
    'Profile', 'EdgeTraversalPolicy', 'Protocol', 'LocalAddress', 'RemoteAddress',
    'LocalPort', 'RemotePort', 'IcmpType', 'Program', 'Service', 'InterfaceType',
    'InterfaceAlias', 'LocalUser', 'RemoteUser', 'RemoteMachine'
$Profiles = $Profiles -split ','
$Ordinal = [System.StringComparison]::OrdinalIgnoreCase

# One spelling of an address, a network or a range: Windows shows 10.0.0.0/8 as
# 10.0.0.0/255.0.0.0.
function ConvertTo-Plain([string] $Text) {
    $parts = @($Text -split '/')
    $ends = @()
    foreach ($end in ($parts[0] -split '-')) {
        $address = [System.Net.IPAddress]::Any
        if (-not [System.Net.IPAddress]::TryParse($end, [ref] $address)) {
            return $Text
        }
        $ends += $address.ToString()
    }
    $plain = $ends -join '-'
    if ($parts.Count -eq 1) {
        return $plain
    }
    $length = $parts[1]
    if ($length -like '*.*') {
        $bits = ''
        foreach ($byte in ([System.Net.IPAddress] $length).GetAddressBytes()) {
            $bits += [Convert]::ToString($byte, 2)
        }
        $length = [string] $bits.Replace('0', '').Length
    }
    if ($length -eq '128' -or ($length -eq '32' -and $plain -notlike '*:*')) {
        return $plain
    }
    return '{0}/{1}' -f $plain, $length
}

# What a rule lets through and how it is shown, as one text to compare.
function Get-Text($Rule) {
    $text = ''
    foreach ($key in $Keys) {
        $values = @($Rule[$key] | ForEach-Object { [string] $_ } | Where-Object { $_ })
        if ($values.Count -eq 0) {
            $values = @('Any')
        }
        if ($key -like '*Address') {
            $values = @($values | ForEach-Object { ConvertTo-Plain $_ })
        } elseif ($key -eq 'Profile') {
            $values = @(($values -join ',') -split ',' | ForEach-Object { $_.Trim() })
            if ($values.Count -eq 3) {
                $values = @('Any')
            }
        } elseif ($key -eq 'Program') {
            $values = @($values | ForEach-Object {
                [System.Environment]::ExpandEnvironmentVariables($_) })
        }
        $text += '{0}={1};' -f $key, (($values | Sort-Object -Unique) -join ',')
    }
    return $text
}

# A rule as the policy asks for it: what New-NetFirewallRule is given.
function Get-Wanted($Rule) {
    $wanted = $Rule.Clone()
    $wanted['Group'] = $Group
    $wanted['Action'] = 'Allow'
    $wanted['Enabled'] = 'True'
    if ($wanted['Direction'] -eq 'Inbound') {
        $wanted['EdgeTraversalPolicy'] = 'Block'
    }
    return $wanted
}

# Filters by the rule that they belong to.
function Get-ById($Filters) {
    $byId = @{}
    foreach ($filter in $Filters) {
        $byId[$filter.InstanceID] = $filter
    }
    return $byId
}

# The rules of this computer whose name is one of ours, by name.
function Get-Found {
    $store = @{ PolicyStore = 'PersistentStore'; ErrorAction = 'Stop' }
    $ports = Get-ById (Get-NetFirewallPortFilter @store)
    $addresses = Get-ById (Get-NetFirewallAddressFilter @store)
    $programs = Get-ById (Get-NetFirewallApplicationFilter @store)
    $services = Get-ById (Get-NetFirewallServiceFilter @store)
    $types = Get-ById (Get-NetFirewallInterfaceTypeFilter @store)
    $interfaces = Get-ById (Get-NetFirewallInterfaceFilter @store)
    $security = Get-ById (Get-NetFirewallSecurityFilter @store)
    $found = @{}
    foreach ($rule in (Get-NetFirewallRule @store)) {
        if (-not $rule.Name.StartsWith($Prefix, $Ordinal)) {
            continue
        }
        $id = $rule.InstanceID
        $one = @{
            DisplayName = $rule.DisplayName
            Description = $rule.Description
            Group = $rule.Group
            Enabled = $rule.Enabled
            Action = $rule.Action
            Direction = $rule.Direction
            Profile = $rule.Profile
            Protocol = $ports[$id].Protocol
            LocalAddress = $addresses[$id].LocalAddress
            RemoteAddress = $addresses[$id].RemoteAddress
            Program = $programs[$id].Program
            Service = $services[$id].Service
            InterfaceType = $types[$id].InterfaceType
            InterfaceAlias = $interfaces[$id].InterfaceAlias
            LocalUser = $security[$id].LocalUser
            RemoteUser = $security[$id].RemoteUser
            RemoteMachine = $security[$id].RemoteMachine
        }
        # What has no meaning for a rule is shown with any value.
        if ('TCP', 'UDP' -contains $one['Protocol']) {
            $one['LocalPort'] = $ports[$id].LocalPort
            $one['RemotePort'] = $ports[$id].RemotePort
        } elseif ('ICMPv4', 'ICMPv6' -contains $one['Protocol']) {
            $one['IcmpType'] = $ports[$id].IcmpType
        }
        if ([string] $one['Direction'] -eq 'Inbound') {
            $one['EdgeTraversalPolicy'] = $rule.EdgeTraversalPolicy
        }
        $found[$rule.Name] = $one
    }
    return $found
}

function Assert-Firewall {
    if (-not (Get-Command New-NetFirewallRule -ErrorAction SilentlyContinue)) {
        throw 'this computer has no New-NetFirewallRule (module NetSecurity)'
    }
}

# A name is a pattern to Remove-NetFirewallRule, so it must be plain.
function Remove-Ours([string] $Name) {
    if ($Name -notmatch '^[A-Za-z0-9._-]+$') {
        throw 'a rule of ours has a name that is not plain; remove it by hand'
    }
    $one = @{ PolicyStore = 'PersistentStore'; Name = $Name; Confirm = $false }
    Remove-NetFirewallRule @one -ErrorAction Stop
}

# Says what keeps the rules from having an effect.
function Show-Obstacle {
    foreach ($each in (Get-NetFirewallProfile -PolicyStore ActiveStore -ErrorAction Stop)) {
        if ($Profiles -notcontains $each.Name) {
            continue
        }
        $name = $each.Name
        if ([string] $each.Enabled -eq 'False') {
            'note: Windows Firewall is off in the profile {0}' -f $name
        }
        if ([string] $each.AllowInboundRules -eq 'False') {
            'note: {0} blocks all that comes in, whatever the rules say' -f $name
        }
        if ([string] $each.AllowLocalFirewallRules -eq 'False') {
            'note: a policy makes {0} ignore rules made on the computer' -f $name
        }
        if ([string] $each.DefaultInboundAction -eq 'Allow') {
            'note: {0} lets in what no rule is about, so inbound rules change nothing' -f
                $name
        }
        $outbound = [string] $each.DefaultOutboundAction
        if ('Allow', 'Block' -contains $outbound -and $outbound -ne $DefaultOutbound) {
            'note: outbound traffic is by default {0} in {1}; the site says {2}' -f
                $outbound, $name, $DefaultOutbound
        }
    }
}

# What there is to do, as names.
function Get-Difference($Found, $Asked) {
    $todo = @{ create = @(); change = @(); remove = @() }
    foreach ($name in $Asked.Keys) {
        if (-not $Found.ContainsKey($name)) {
            $todo['create'] += $name
        } elseif ((Get-Text $Asked[$name]) -ne (Get-Text $Found[$name])) {
            $todo['change'] += $name
        }
    }
    foreach ($name in $Found.Keys) {
        if (-not $Asked.Contains($name) -and $Found[$name]['Group'] -eq $Group) {
            $todo['remove'] += $name
        }
    }
    return $todo
}

try {
    if ($Remove -and $Report) {
        throw 'say -Remove or -Report, not both'
    }
    Assert-Firewall
    Show-Obstacle
    $asked = [ordered] @{}
    if (-not $Remove) {
        foreach ($rule in $Rules) {
            $asked[$rule['Name']] = Get-Wanted $rule
        }
    }
    $todo = Get-Difference (Get-Found) $asked
    if (-not $Report) {
        # What is missing comes first, and what goes last.
        foreach ($name in $todo['create']) {
            if ($PSCmdlet.ShouldProcess($name, 'create the rule')) {
                $rule = $asked[$name]
                New-NetFirewallRule @rule -PolicyStore PersistentStore -ErrorAction Stop |
                    Out-Null
            }
        }
        foreach ($name in $todo['change']) {
            if ($PSCmdlet.ShouldProcess($name, 'make the rule anew')) {
                $rule = $asked[$name]
                Remove-Ours $name
                New-NetFirewallRule @rule -PolicyStore PersistentStore -ErrorAction Stop |
                    Out-Null
            }
        }
        foreach ($name in $todo['remove']) {
            if ($PSCmdlet.ShouldProcess($name, 'remove the rule')) {
                Remove-Ours $name
            }
        }
        '{0} rules asked for; {1} were missing, {2} were different, {3} were left over' -f
            $asked.Count, $todo['create'].Count, $todo['change'].Count,
            $todo['remove'].Count
        # Windows may say yes and do something else: only what it shows now counts.
        $todo = Get-Difference (Get-Found) $asked
    }
    $open = 0
    foreach ($what in 'create', 'change', 'remove') {
        foreach ($name in $todo[$what]) {
            'to {0}: {1}' -f $what, $name
            $open++
        }
    }
    if ($open -eq 0) {
        'the rules are as the policy asks'
    } elseif (-not $WhatIfPreference) {
        throw ('{0} rules are not as the policy asks' -f $open)
    }
} catch {
    'failed: {0}' -f $_.Exception.Message
    exit 1
}
exit 0
