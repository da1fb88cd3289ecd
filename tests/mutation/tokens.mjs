// The tokens of PowerShell scripts without comments, a line of JSON for each: what
// two scripts must have in common to do the same.  The entries of a list `@( ... )`
// stand sorted.  A script that the grammar does not take is `null`.
//
//   node tokens.mjs BUILD FILE...
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [build, ...files] = process.argv.slice(2);
const module = (path) => join(build, 'node_modules', path);
const { Language, Parser } = await import(
  pathToFileURL(module('web-tree-sitter/web-tree-sitter.js')).href);
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(
  module('tree-sitter-powershell/tree-sitter-powershell.wasm')));

function tokens(node) {
  if (node.type === 'comment') return [];
  if (node.childCount === 0) return node.text.trim() ? [node.text] : [];
  if (node.type === 'array_expression') {
    const entries = node.namedChildren
      .flatMap((each) => (each.type === 'statement_list' ? each.namedChildren : [each]))
      .filter((each) => each.type !== 'comment');
    return [['@(', ...entries.map((each) => JSON.stringify(tokens(each))).sort(), ')']];
  }
  // White space between two tokens may matter: `a -b` is not `a-b`.
  const all = [];
  let end = node.startIndex;
  for (const child of node.children) {
    if (all.length && child.startIndex > end && child.type !== 'comment') all.push(' ');
    all.push(...tokens(child));
    end = child.endIndex;
  }
  return all;
}

for (const file of files) {
  const root = parser.parse(readFileSync(file, 'latin1')).rootNode;
  console.log(root.hasError ? 'null' : JSON.stringify(tokens(root)));
}
