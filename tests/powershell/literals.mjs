// A second reading of a script, by a TextMate grammar, which knows all five single quotes:
// the literals of its lists `$NAME = @( ... )`, every single-quoted string, and how deep in
// braces each line ends.  It shares nothing with the grammar that check.mjs asks.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

export async function openLiterals(build) {
  const require = createRequire(join(resolve(build), 'package.json'));
  const oniguruma = require('vscode-oniguruma');
  const textmate = require('vscode-textmate');
  const file = (path) => readFileSync(join(build, 'node_modules', path));
  await oniguruma.loadWASM(file('vscode-oniguruma/release/onig.wasm'));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () =>
      JSON.parse(file('tm-grammars/grammars/powershell.json').toString('utf8')),
  });
  const grammar = await registry.loadGrammar('source.powershell');
  return (script) => read(grammar, textmate.INITIAL, script);
}

function* tokensOf(grammar, initial, script) {
  let state = initial;
  for (const [number, line] of script.split('\r\n').entries()) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    for (const { startIndex, endIndex, scopes } of tokens)
      yield { line: number, text: line.slice(startIndex, endIndex), scopes: scopes.join(' ') };
    yield { line: number, end: true };
    state = ruleStack;
  }
}

// Of two quotes that stand for one the second is kept, as PowerShell does.
function read(grammar, initial, script) {
  const lines = script.split('\r\n');
  const strings = [], lists = {}, depths = [];
  let string = null, value = null, list = null, depth = 0;
  for (const { line, text, end, scopes } of tokensOf(grammar, initial, script)) {
    if (end) {
      if (list && value !== null) lists[list].push(value);
      value = null;
      depths[line] = depth;
      const begins = /^\$(\w+) = @\($/.exec(lines[line]);
      if (begins && string === null) lists[(list = begins[1])] = [];
      continue;
    }
    if (scopes.includes('string.quoted.single')) {
      if (scopes.includes('definition.string.begin')) string = '';
      else if (scopes.includes('definition.string.end')) {
        strings.push(string);
        if (list) value = (value ?? '') + string;
        string = null;
      } else if (scopes.includes('character.escape')) string += text.slice(-1);
      else string += text;
      continue;
    }
    if (scopes.includes('comment') || scopes.includes('string.')) continue;
    if (scopes.includes('braces.begin')) depth++;
    if (scopes.includes('braces.end')) depth--;
    if (!list) continue;
    const unit = /^0x([0-9A-F]{4})$/.exec(text);
    if (unit) value = (value ?? '') + String.fromCharCode(parseInt(unit[1], 16));
    else if (text === ')' && value === null) list = null;
    else if (!/^(?:[()+[\]]|char|\s*)$/.test(text))
      throw new Error(`line ${line + 1}: ${text} stands in the list $${list}`);
  }
  if (string !== null) throw new Error('a string has no end');
  return { strings, lists, depths };
}
