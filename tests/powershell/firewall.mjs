// The scripts of windows-firewall: commands, parameters and methods, the keys of each rule,
// and the rules put together again from the syntax tree.  Where the same site was compiled
// for json, too, they are held against the flows there: what carveout's own reader makes of a
// script and what this one makes of it have no line in common.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
  checkCommand, checkMethods, isTaken, listOf, ofType, readScript, unwrapped, valueOf, withFunctions,
} from './grammar.mjs';

const store = ['-PolicyStore', '-ErrorAction', '@'];
const filters = Object.fromEntries(
  ['Port', 'Address', 'Application', 'Service', 'InterfaceType', 'Interface', 'Security'].map(
    (each) => [`Get-NetFirewall${each}Filter`, ['@']]));
const common = {
  'ForEach-Object': [],
  'Get-NetFirewallProfile': store,
  'Get-NetFirewallRule': ['@'],
  'Where-Object': [],
};
const changing = {
  ...common,
  'Get-Command': ['-ErrorAction'],
  'Remove-NetFirewallRule': ['-ErrorAction', '@'],
  'Set-StrictMode': ['-Version'],
};
const making = {
  ...changing,
  ...filters,
  'New-NetFirewallRule': store,
  'Out-Null': [],
  'Sort-Object': ['-Unique'],
};
const printing = { ...common, ...filters, 'ConvertTo-Json': ['-Depth'] };
const methods = [
  'Clone', 'ContainsKey', 'Contains', 'ExpandEnvironmentVariables', 'GetAddressBytes', 'Replace',
  'ShouldProcess', 'StartsWith', 'ToString', 'Trim', 'TryParse',
];
const requires = ['#Requires -Version 5.1', '#Requires -RunAsAdministrator'];

// Keys of a rule: parameters of New-NetFirewallRule that take a text, and that take a list.
const texts = ['Name', 'DisplayName', 'Description', 'Direction', 'Profile', 'Protocol'];
const optional = ['Program'];
const lists = ['LocalAddress', 'RemoteAddress', 'LocalPort', 'RemotePort', 'IcmpType'];

const kindOf = (file) => /\.(undo|paste|export)\.ps1$/.exec(file)?.[1] ?? 'script';

// The values of an array `@( ... )`.
function itemsOf(node) {
  return node.namedChildren
    .flatMap((each) => (each.type === 'statement_list' ? each.namedChildren : [each]))
    .filter((each) => each.type !== 'comment')
    .map(valueOf);
}

// A hash literal as an object: texts, and lists of texts.
function ruleOf(node) {
  const rule = {};
  for (const entry of ofType(node, 'hash_entry')) {
    const [key, value] = entry.namedChildren;
    const inner = unwrapped(value);
    const [array] = ofType(value, 'array_expression');
    if (Object.hasOwn(rule, key.text)) throw new Error(`the key ${key.text} stands twice`);
    rule[key.text] = array ? itemsOf(array) : valueOf(inner);
  }
  return rule;
}

function rulesOf(root) {
  const [found, ...more] = ofType(root, 'assignment_expression').filter((each) =>
    /^\$Rules\s*=/.test(each.text));
  if (!found || more.length) throw new Error('$Rules is not set once');
  return ofType(found, 'hash_literal_expression').map(ruleOf);
}

function settingOf(root, name) {
  const [found] = ofType(root, 'assignment_expression').filter((each) =>
    new RegExp(`^\\$${name}\\s*= '`).test(each.text));
  if (!found) throw new Error(`$${name} is not set`);
  return valueOf(found.namedChildren.at(-1));
}

function checkRule(rule, prefix, complain) {
  const bad = (text) => complain(`${rule.Name}: ${text}`);
  const ports = ['TCP', 'UDP'].includes(rule.Protocol);
  const types = ['ICMPv4', 'ICMPv6'].includes(rule.Protocol);

  for (const key of Object.keys(rule))
    if (![...texts, ...optional, ...lists].includes(key)) bad(`the key ${key}`);
  for (const key of texts)
    if (typeof rule[key] !== 'string' || !rule[key]) bad(`no ${key}`);
  for (const key of lists) {
    const wanted = /Address$/.test(key) || (/Port$/.test(key) ? ports : types);
    if (wanted !== Array.isArray(rule[key])) bad(`${key} for ${rule.Protocol}`);
    if (wanted && !rule[key].length) bad(`${key} is empty`);
  }
  if (!/^[a-z0-9.-]+$/.test(rule.Name) || !rule.Name.startsWith(prefix)) bad('its name');
  if (/[|\r\n]|^@|^all$/i.test(rule.DisplayName)) bad('its display name');
  if (/[|\r\n]|^@/.test(rule.Description)) bad('its description');
  if (!/^(Inbound|Outbound)$/.test(rule.Direction)) bad('its direction');
  if (!/^(Domain|Private|Public)(,(Private|Public))*$/.test(rule.Profile)) bad('its profile');
  if (!ports && !types && !/^\d{1,3}$/.test(rule.Protocol)) bad('its protocol');
  for (const each of [...rule.LocalAddress, ...rule.RemoteAddress])
    if (!/^[0-9a-f.:]+(\/[1-9]\d*|-[0-9a-f.:]+)?$/.test(each)) bad(`the address ${each}`);
}

// ---- flows, as sorted texts ----

function addressOf(text) {
  if (!text.includes(':'))
    return text.split('.').reduce((sum, each) => sum * 256n + BigInt(each), 0n);
  const [head, tail] = text.split('::').map((part) => (part ? part.split(':') : []));
  const gap = tail ? Array(8 - head.length - tail.length).fill('0') : [];
  return [...head, ...gap, ...(tail ?? [])].reduce(
    (sum, each) => sum * 65536n + BigInt(`0x${each}`), 0n);
}

function spanOf(text) {
  const [first, last] = text.split('-');
  if (last) return [addressOf(first), addressOf(last)];
  const [address, bits] = text.split('/');
  const width = address.includes(':') ? 128 : 32;
  const size = 1n << BigInt(width - Number(bits ?? width));
  const begin = addressOf(address);
  return [begin, begin + size - 1n];
}

// Sorted and joined where they touch.
function joined(spans) {
  const sorted = [...spans].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const out = [];
  for (const [first, last] of sorted) {
    const before = out.at(-1);
    if (before && first <= before[1] + 1n) before[1] = last > before[1] ? last : before[1];
    else out.push([first, last]);
  }
  return out.map((each) => each.join('-')).join(',');
}

const addresses = (items) => joined(items.map(spanOf));
const ports = (items) => (!items || items.includes('Any') ? '' : joined(items.map((each) => {
  const [first, last] = each.split('-');
  return [BigInt(first), BigInt(last ?? first)];
})));
const listed = (text) => (text ? text.split(/[, ]+/) : null);

const numbers = { TCP: 6, UDP: 17, ICMPv4: 1, ICMPv6: 58 };
const words = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58, esp: 50, ah: 51, gre: 47, igmp: 2 };

// What a rule of the host lets through.
function flowOfRule(rule) {
  const sent = rule.Direction === 'Outbound';
  const ends = [addresses(rule.LocalAddress), addresses(rule.RemoteAddress)];
  const services = [ports(rule.LocalPort), ports(rule.RemotePort)];
  return JSON.stringify([
    sent ? 'sent' : 'received', ...(sent ? ends : ends.reverse()),
    numbers[rule.Protocol] ?? Number(rule.Protocol), ...(sent ? services : services.reverse()),
    rule.IcmpType && rule.IcmpType[0] !== 'Any' ? Number(rule.IcmpType[0]) : -1,
    rule.Program ?? '',
  ]);
}

function flowOfList(flow, way) {
  return JSON.stringify([
    way, addresses(listed(flow.source)), addresses(listed(flow.destination)),
    words[flow.protocol] ?? Number(flow.protocol), ports(listed(flow.source_ports)),
    ports(listed(flow.ports)), flow.icmp_type ? Number(flow.icmp_type) : -1,
    flow.program || '',
  ]);
}

// The rules must be just the flows that one party receives, and where outbound traffic has
// rules also those that it sends.  Which party the host is, the script does not say.
function checkFlows(file, rules, both, complain) {
  const folder = join(dirname(dirname(file)), 'json');
  const name = existsSync(folder) && readdirSync(folder).find((each) => each.endsWith('.flows.json'));
  if (!name) return;
  const flows = JSON.parse(readFileSync(join(folder, name), 'utf8')).rows;
  const own = JSON.stringify([...new Set(rules.map(flowOfRule))].sort());
  const carried = flows.filter((each) => each.source && each.destination &&
    (!each.ports || ['tcp', 'udp'].includes(each.protocol)) && !/[*?]|^\//.test(each.program ?? ''));
  const parties = new Set(flows.flatMap((each) => [each.from, each.to]));
  const matches = [...parties].filter((party) => own === JSON.stringify([...new Set([
    ...carried.filter((each) => each.to === party).map((each) => flowOfList(each, 'received')),
    ...(both ? carried.filter((each) => each.from === party) : []).map((each) =>
      flowOfList(each, 'sent')),
  ])].sort()));
  if (!matches.length) complain(`its rules are the flows of no party in ${name}`);
  else console.error(`${file}: ${rules.length} rules are the flows of ${matches.join(', ')}`);
}

// A console that takes a paste line by line must run nothing before the last brace, and an
// empty line would end its input.
function checkPaste(parser, text, complain) {
  const lines = text.split('\r\n').slice(0, -1);
  const first = lines.findIndex((each) => !each.startsWith('#'));
  if (lines[first] !== '& {') complain('it does not begin with `& {`');
  if (lines.at(-1) !== '}') complain('it does not end with `}`');
  if (lines.some((each) => !each.trim())) complain('an empty line');
  for (let end = first + 1; end < lines.length; end++)
    if (isTaken(parser, lines.slice(first, end).join('\r\n')))
      complain(`it could run after line ${end}`);
}

export function checkFirewall(parser, file, complain) {
  const kind = kindOf(file);
  const { text, root } = readScript(parser, file, complain);
  const allowed = { script: making, paste: making, undo: changing, export: printing }[kind];
  const found = { rules: [], names: [] };

  if (text.includes('"')) complain('a double quote');
  for (const line of requires)
    if (['script', 'undo'].includes(kind) !== text.split('\r\n').includes(line))
      complain(`the line ${line}`);
  const all = withFunctions(allowed, root);
  for (const command of ofType(root, 'command')) {
    // `& { ... }`: a block that stands there itself.
    if (/^& \{/.test(command.text)) continue;
    checkCommand(command, all, complain);
  }
  checkMethods(root, methods, complain);
  const removals = ofType(root, 'command').filter((each) =>
    each.text.startsWith('Remove-NetFirewallRule'));
  if (removals.length !== (kind === 'export' ? 0 : 1) ||
      removals.some((each) => !/^Remove-NetFirewallRule @one /.test(each.text)))
    complain('Remove-NetFirewallRule does not stand there once, by name');
  if (kind === 'paste') checkPaste(parser, text, complain);
  try {
    if (kind === 'undo') {
      found.names = listOf(root, 'Names');
      for (const name of found.names)
        if (!/^carveout\.[a-z0-9.-]+$/.test(name)) complain(`the name ${name}`);
    } else if (kind !== 'export') {
      const prefix = settingOf(root, 'Prefix');
      found.rules = rulesOf(root);
      for (const rule of found.rules) checkRule(rule, prefix, complain);
      if (new Set(found.rules.map((each) => each.Name)).size !== found.rules.length)
        complain('two rules of one name');
      checkFlows(file, found.rules, settingOf(root, 'DefaultOutbound') === 'Block', complain);
    }
  } catch (error) {
    complain(error.message);
  }
  const expected = `${file}.json`;
  if (existsSync(expected) && JSON.stringify(found) !==
      JSON.stringify(JSON.parse(readFileSync(expected, 'utf8'))))
    complain(`its values are not those of ${expected}`);
  return found;
}
