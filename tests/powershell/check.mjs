// Judges PowerShell scripts with a PowerShell grammar: check.mjs BUILD [--literals] FILE...
//
// A script must be ASCII with CRLF line ends, parse without a fault, parse to the same tree
// when smart quotes, dashes and blanks are folded to ASCII (PowerShell takes them for such, the
// grammar does not), and name only the commands, parameters and methods listed here: what breaks
// out of a string or a comment shows as a foreign one.  The literals of its lists are worked out
// from the tree; beside FILE a FILE.json holds what they must be, and --literals prints them.

import { existsSync, readFileSync } from 'node:fs';

import { checkFirewall } from './firewall.mjs';
import {
  checkCommand, checkMethods, grammar, listOf, ofType, readScript, withFunctions,
} from './grammar.mjs';

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

function check(parser, file, complain) {
  const { text, root } = readScript(parser, file, complain);
  for (const line of requires)
    if (!text.split('\r\n').includes(line)) complain(`no line ${line}`);

  const isUndo = file.endsWith('.undo.ps1');
  const allowed = withFunctions({ ...common, ...(isUndo ? removing : adding) }, root);
  const commands = ofType(root, 'command');
  for (const command of commands) checkCommand(command, allowed, complain);
  const change = isUndo ? 'Remove-MpPreference' : 'Add-MpPreference';
  if (commands.filter((each) => each.text.startsWith(`${change} `)).length !== 1)
    complain(`${change} does not stand there once`);
  checkMethods(root, methods, complain);

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
const parser = await grammar(build);

let failed = 0;
for (const file of files) {
  const complaints = new Set();
  const judge = /(^|\/)windows-firewall\//.test(file) ? checkFirewall : check;
  const literals = judge(parser, file, (text) => complaints.add(text));
  for (const text of complaints) console.error(`${file}: ${text}`);
  failed += complaints.size > 0;
  if (rest.includes('--literals')) console.log(JSON.stringify({ file, ...literals }));
}
console.error(`PowerShell scripts: ${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
