// The scripts of defender-powershell: commands, parameters and methods of each form, the literals
// of its lists by two grammars that must agree (literals.mjs is the second), and paste blocks,
// which must be one statement that no line before its last one completes.  Beside FILE a FILE.json
// holds what the literals must be.

import { existsSync, readFileSync } from 'node:fs';

import {
  checkCommand, checkMethods, isTaken, listOf, ofType, readScript, valueOf, withFunctions,
} from './grammar.mjs';

// Each command with the parameters that it may have; '@' stands for a splatted table.
const reading = {
  'ForEach-Object': [],
  'Get-ChildItem': ['-LiteralPath'],
  'Get-Command': ['-ErrorAction'],
  'Get-Item': ['-LiteralPath'],
  'Get-ItemProperty': ['-LiteralPath', '-Name', '@'],
  'Get-MpComputerStatus': ['@'],
  'Get-MpPreference': ['-ErrorAction'],
  'Get-Service': ['-Name', '-ErrorAction'],
  'Join-Path': ['-Path', '-ChildPath'],
  'Select-Object': ['-ExpandProperty', '@'],
  'Set-StrictMode': ['-Version'],
  'Split-Path': ['-Path'],
  'Test-Path': ['-LiteralPath'],
  'Where-Object': [],
};
const removing = {
  'New-ItemProperty': ['-PropertyType', '-Value', '-Force', '@'],
  'Out-Null': [],
  'Remove-Item': ['-LiteralPath', '-Confirm'],
  'Remove-ItemProperty': ['@'],
  'Remove-MpPreference': ['-ErrorAction', '@'],
};
const adding = {
  'Add-MpPreference': ['-ErrorAction', '@'],
  'Get-Acl': ['-LiteralPath'],
  'New-Item': ['-Path', '-Force', '-Confirm'],
  'Set-Acl': ['-LiteralPath', '-AclObject', '-Confirm'],
};
const version = '#Requires -Version 5.1', administrator = '#Requires -RunAsAdministrator';
const lists = ['ExclusionPath', 'ExclusionExtension', 'ExclusionProcess'];

// What each form may do, by its suffix; the last one is any other script.
const forms = [
  {
    suffix: '.undo.ps1',
    commands: { ...reading, ...removing },
    once: ['Remove-MpPreference'],
    methods: ['ShouldProcess'],
    requires: [version, administrator],
  },
  {
    suffix: '.detect.ps1',
    commands: reading,
    once: [],
    methods: ['Substring'],
    requires: [version],
  },
  {
    suffix: '.remediate.ps1',
    commands: { ...reading, ...removing, ...adding },
    once: ['Add-MpPreference', 'Remove-MpPreference'],
    methods: ['SetSecurityDescriptorSddlForm', 'Substring'],
    requires: [version, administrator],
  },
  {
    suffix: '.paste.ps1',
    commands: { ...reading, ...removing, ...adding },
    once: ['Add-MpPreference', 'Remove-MpPreference'],
    methods: ['SetSecurityDescriptorSddlForm'],
    requires: [],
    block: true,
  },
  {
    suffix: '.ps1',
    commands: { ...reading, ...removing, ...adding },
    once: ['Add-MpPreference', 'Remove-MpPreference'],
    methods: ['SetSecurityDescriptorSddlForm', 'ShouldProcess'],
    requires: [version, administrator],
  },
];

// One statement from `& {` to the last brace.  Pasted line by line it must run as a whole: every
// head of it is unfinished to both grammars.  Of a long one some heads are tried.
function checkBlock(parser, script, second, complain) {
  const lines = script.split('\r\n');
  const last = lines.length - 3;
  const statements = parser.parse(script).rootNode.namedChildren
    .flatMap((each) => (each.type === 'statement_list' ? each.namedChildren : [each]));
  if (lines[0] !== '& {' || lines[last] !== '}' || lines[last + 1] !== '' || lines[last + 2] !== '')
    complain('not a block and an empty line behind it');
  if (lines.slice(0, last).includes('')) complain('an empty line inside the block');
  if (statements.length !== 1) complain(`${statements.length} statements`);
  if (/^(?:exit|param)\b/m.test(script)) complain('it would close the console');
  const step = Math.ceil(last / (script.length < 65536 ? 100 : 20));
  for (let line = 0; line < last; line++) {
    if (second.depths[line] < 1) complain(`line ${line + 1} ends the block`);
    if (line % step === 0 &&
        isTaken(parser, `${lines.slice(0, line + 1).join('\r\n')}\r\n`))
      complain(`line ${line + 1} completes the block`);
  }
  if (second.depths[last] !== 0) complain('the braces do not end with the block');
}

// The single-quoted strings that the tree holds.
const stringsOf = (root) => ofType(root, 'string_literal').filter((each) =>
  each.text.startsWith("'")).map(valueOf);

function checkLiterals(root, second, file, complain) {
  let literals;
  try {
    literals = Object.fromEntries(lists.map((name) => [name, listOf(root, name)]));
  } catch (error) {
    complain(error.message);
    return null;
  }
  if (JSON.stringify(literals) !==
      JSON.stringify(Object.fromEntries(lists.map((name) => [name, second.lists[name]]))))
    complain('the second grammar reads other lists');
  if (JSON.stringify(stringsOf(root)) !== JSON.stringify(second.strings))
    complain('the second grammar reads other strings');
  const expected = `${file}.json`;
  if (existsSync(expected) &&
      JSON.stringify(literals) !== JSON.stringify(JSON.parse(readFileSync(expected, 'utf8'))))
    complain(`its literals are not those of ${expected}`);
  return literals;
}

export function checkDefender(parser, literalsOf, file, complain) {
  const form = forms.find((each) => file.endsWith(each.suffix));
  const { text, root } = readScript(parser, file, complain);
  for (const line of form.requires)
    if (!text.split('\r\n').includes(line)) complain(`no line ${line}`);

  const allowed = withFunctions(form.commands, root);
  const commands = ofType(root, 'command').filter((each) =>
    !(form.block && each.startIndex === 0 && each.text.startsWith('& {')));
  for (const command of commands) checkCommand(command, allowed, complain);
  for (const change of form.once)
    if (commands.filter((each) => each.text.startsWith(`${change} `)).length !== 1)
      complain(`${change} does not stand there once`);
  checkMethods(root, form.methods, complain);
  try {
    const second = literalsOf(text);
    if (form.block) checkBlock(parser, text, second, complain);
    return checkLiterals(root, second, file, complain);
  } catch (error) {
    complain(error.message);
    return null;
  }
}
