// Judges PowerShell scripts with a PowerShell grammar: check.mjs BUILD [--literals] FILE...
//
// A script must be ASCII with CRLF line ends, parse without a fault, parse to the same tree
// when smart quotes, dashes and blanks are folded to ASCII (PowerShell takes them for such, the
// grammar does not), and name only the commands, parameters and methods listed here: what breaks
// out of a string or a comment shows as a foreign one.  The literals of its lists are worked out
// from the tree; beside FILE a FILE.json holds what they must be, and --literals prints them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Each command with the parameters that it may have; '@' stands for a splatted table.
const common = {
  'Get-Acl': ['-LiteralPath'],
  'Get-Command': ['-ErrorAction'],
  'Get-Item': ['-LiteralPath'],
  'Get-ItemProperty': ['-LiteralPath', '-Name', '@'],
  'Get-MpComputerStatus': ['@'],
  'Get-MpPreference': ['-ErrorAction'],
  'New-Item': ['-Path', '-Force', '-Confirm'],
  'New-ItemProperty': ['-PropertyType', '-Value', '-Force', '@'],
  'Out-Null': [],
  'Remove-ItemProperty': ['@'],
  'Select-Object': ['-ExpandProperty', '@'],
  'Set-Acl': ['-LiteralPath', '-AclObject', '-Confirm'],
  'Set-StrictMode': ['-Version'],
  'Test-Path': ['-LiteralPath'],
  'Where-Object': [],
};
const adding = { 'Add-MpPreference': ['-ErrorAction', '@'] };
const removing = {
  'Remove-Item': ['-LiteralPath', '-Confirm'],
  'Remove-MpPreference': ['-ErrorAction', '@'],
};
const methods = ['SetSecurityDescriptorSddlForm', 'ShouldProcess'];
const requires = ['#Requires -Version 5.1', '#Requires -RunAsAdministrator'];
const lists = ['ExclusionPath', 'ExclusionExtension', 'ExclusionProcess'];

const folds = [
  [/[\u2018-\u201b]/g, "'"],
  [/[\u201c-\u201e]/g, '"'],
  [/[\u2013-\u2015]/g, '-'],
  [/[\u0085\p{Zs}\p{Zl}\p{Zp}]/gu, ' '],
];

// Every node, in order.  A long sum nests as deep as it is long: no recursion here.
function* walk(root) {
  const waiting = [root];
  for (;;) {
    const node = waiting.pop();
    if (!node) return;
    yield node;
    waiting.push(...[...node.children].reverse());
  }
}

const shape = (root) => [...walk(root)].map((each) => each.type).join(' ');

const ofType = (node, type) => [...walk(node)].filter((each) => each.type === type);

// The grammar wraps a value in a node for each level of precedence.
function unwrapped(node) {
  for (;;) {
    const inner = node.namedChildren.filter((each) => each.type !== 'comment');
    if (inner.length !== 1 || node.type === 'string_literal' || node.type === 'cast_expression')
      return node;
    [node] = inner;
  }
}

// The text that a constant stands for: 'x' or [char]0x00E9.
function partOf(node) {
  if (node.type === 'string_literal') {
    if (!/^'.*'$/s.test(node.text)) throw new Error(`not in single quotes: ${node.text}`);
    return node.text.slice(1, -1).replaceAll("''", "'");
  }
  if (node.type === 'cast_expression') {
    const found = /^\[char\]0x([0-9A-F]{4})$/.exec(node.text);
    if (!found) throw new Error(`not a character: ${node.text}`);
    return String.fromCharCode(parseInt(found[1], 16));
  }
  throw new Error(`not a literal (${node.type}): ${node.text}`);
}

// The same for sums of them, which lean to the left.
function valueOf(wrapped) {
  const parts = [];
  let node = unwrapped(wrapped);
  while (node.type === 'additive_expression') {
    const [left, operator, right, ...more] = node.children;
    if (more.length || operator.text !== '+') throw new Error(`not a sum: ${node.text}`);
    parts.unshift(partOf(unwrapped(right)));
    node = unwrapped(left);
  }
  parts.unshift(partOf(node));
  return parts.join('');
}

// The values of `$NAME = @( ... )`, a statement each.
function listOf(root, name) {
  const found = ofType(root, 'assignment_expression').filter((each) =>
    new RegExp(`^\\$${name}\\s*=`).test(each.text));
  if (found.length !== 1) throw new Error(`$${name} is set ${found.length} times`);
  const [array] = ofType(found[0], 'array_expression');
  if (!array) throw new Error(`$${name} is not @( ... )`);
  return array.namedChildren
    .flatMap((each) => (each.type === 'statement_list' ? each.namedChildren : [each]))
    .filter((each) => each.type !== 'comment')
    .map(valueOf);
}

function checkCommand(command, allowed, complain) {
  const name = command.childForFieldName('command_name');
  if (!name || command.namedChildren[0].type !== 'command_name') {
    complain(`a command that is not named outright: ${command.text}`);
    return;
  }
  if (!Object.hasOwn(allowed, name.text)) {
    complain(`foreign command: ${name.text}`);
    return;
  }
  const elements = command.childForFieldName('command_elements');
  for (const element of elements ? elements.namedChildren : []) {
    if (element.type === 'redirection') complain(`a redirection: ${element.text}`);
    const word = element.type === 'command_parameter' ? element.text.replace(/:$/, '')
      : element.text.startsWith('@') && !element.text.startsWith('@(') ? '@' : null;
    if (word && allowed[name.text] && !allowed[name.text].includes(word))
      complain(`${name.text} has the parameter ${word}`);
  }
}

function check(parser, file, complain) {
  const bytes = readFileSync(file);
  const text = bytes.toString('latin1');
  if (!/^(?:[ -~]*\r\n)+$/.test(text)) complain('not lines of printable ASCII that end in CRLF');
  for (const line of requires)
    if (!text.split('\r\n').includes(line)) complain(`no line ${line}`);

  const script = bytes.toString('utf8');
  const root = parser.parse(script).rootNode;
  for (const node of walk(root))
    if (node.isError || node.isMissing)
      complain(`line ${node.startPosition.row + 1}: ${node.isError ? 'ERROR' : 'MISSING'}`);
  if (root.hasError) complain('the grammar does not take it');
  const folded = folds.reduce((before, [what, by]) => before.replace(what, by), script);
  if (folded !== script && shape(parser.parse(folded).rootNode) !== shape(root))
    complain('with smart quotes, dashes and blanks folded it is another script');

  const isUndo = file.endsWith('.undo.ps1');
  const allowed = { ...common, ...(isUndo ? removing : adding) };
  for (const each of ofType(root, 'function_statement'))
    allowed[ofType(each, 'function_name')[0].text] = null; // its own: any arguments
  const commands = ofType(root, 'command');
  for (const command of commands) checkCommand(command, allowed, complain);
  const change = isUndo ? 'Remove-MpPreference' : 'Add-MpPreference';
  if (commands.filter((each) => each.text.startsWith(`${change} `)).length !== 1)
    complain(`${change} does not stand there once`);
  for (const call of ofType(root, 'invokation_expression')) {
    const [member] = ofType(call, 'member_name');
    if (!member || !methods.includes(member.text)) complain(`foreign method: ${call.text}`);
  }

  let literals = null;
  try {
    literals = Object.fromEntries(lists.map((name) => [name, listOf(root, name)]));
  } catch (error) {
    complain(error.message);
  }
  const expected = `${file}.json`;
  if (literals && existsSync(expected) &&
      JSON.stringify(literals) !== JSON.stringify(JSON.parse(readFileSync(expected, 'utf8'))))
    complain(`its literals are not those of ${expected}`);
  return literals;
}

const [build, ...rest] = process.argv.slice(2);
const files = rest.filter((each) => each !== '--literals');
const module = (path) => join(build, 'node_modules', path);
const { Language, Parser } = await import(
  pathToFileURL(module('web-tree-sitter/web-tree-sitter.js')).href);
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(
  module('tree-sitter-powershell/tree-sitter-powershell.wasm')));

let failed = 0;
for (const file of files) {
  const complaints = new Set();
  const literals = check(parser, file, (text) => complaints.add(text));
  for (const text of complaints) console.error(`${file}: ${text}`);
  failed += complaints.size > 0;
  if (rest.includes('--literals')) console.log(JSON.stringify({ file, ...literals }));
}
console.error(`PowerShell scripts: ${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
