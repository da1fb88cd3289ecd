#Requires -Version 5.1
#Requires -RunAsAdministrator
#
# Undo: takes rules of Windows Firewall away from this computer.
#
#   carveout 0.1.0: windows-firewall for tanium-server of site hq
#   from profile tanium/threat-response
#   from profile tanium/core
#   preview: not yet tried on the product itself
#   counts on: inbound traffic that no rule is about is blocked
#   counts on: outbound traffic that no rule is about is allowed; there are no rules for it
#
# It takes away the rules named below, each by its exact name and only where it is in
# the group $Group. All other rules stay. -WhatIf only says what it would do. Exit code
# 0: they are gone; 1: not all of them, and the last line says why.

[CmdletBinding(SupportsShouldProcess = $true)]
param()

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$Group = 'carveout hq tanium-server'
$Names = @(
    'carveout.hq.tanium-server.in.tcp.222fbd0176d40ffbc2d5'
    'carveout.hq.tanium-server.in.tcp.3836a86038b5592ae01a'
    'carveout.hq.tanium-server.in.tcp.ab10b04611d51c88589b'
    'carveout.hq.tanium-server.in.tcp.9264756395f2c58f21db'
    'carveout.hq.tanium-server.in.tcp.c037f248580f1ea2262e'
    'carveout.hq.tanium-server.in.tcp.9ab5f6580ff14f7b46ee'
    'carveout.hq.tanium-server.in.tcp.35dd72b32452e7dee28a'
    'carveout.hq.tanium-server.in.tcp.b920f2a4c7c1113c8c63'
    'carveout.hq.tanium-server.in.tcp.0ff71cecaf9770f2d987'
)

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

try {
    Assert-Firewall
    $store = @{ PolicyStore = 'PersistentStore'; ErrorAction = 'Stop' }
    $removed = 0
    foreach ($rule in @(Get-NetFirewallRule @store)) {
        if ($Names -notcontains $rule.Name) {
            continue
        }
        if ($rule.Group -ne $Group) {
            'stays, it is not in our group: {0}' -f $rule.Name
        } elseif ($PSCmdlet.ShouldProcess($rule.Name, 'remove the rule')) {
            Remove-Ours $rule.Name
            $removed++
        }
    }
    # Windows may say yes and do nothing: only what it shows now counts.
    $left = @(Get-NetFirewallRule @store | Where-Object {
        $Names -contains $_.Name -and $_.Group -eq $Group })
    '{0} rules taken away, {1} left' -f $removed, $left.Count
    if ($left -and -not $WhatIfPreference) {
        throw 'not all of the rules went away'
    }
} catch {
    'failed: {0}' -f $_.Exception.Message
    exit 1
}
exit 0
