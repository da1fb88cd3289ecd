// What the judges of PowerShell scripts share: the grammar, and walks over its trees.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export async function grammar(build) {
  const module = (path) => join(build, 'node_modules', path);
  const { Language, Parser } = await import(
    pathToFileURL(module('web-tree-sitter/web-tree-sitter.js')).href);
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(
    module('tree-sitter-powershell/tree-sitter-powershell.wasm')));
  return parser;
}

const folds = [
  [/[\u2018-\u201b]/g, "'"],
  [/[\u201c-\u201e]/g, '"'],
  [/[\u2013-\u2015]/g, '-'],
  [/[\u0085\p{Zs}\p{Zl}\p{Zp}]/gu, ' '],
];

// Every node, in order.  A long sum nests as deep as it is long: no recursion here.
export function* walk(root) {
  const waiting = [root];
  for (;;) {
    const node = waiting.pop();
    if (!node) return;
    yield node;
    waiting.push(...[...node.children].reverse());
  }
}

export const shape = (root) => [...walk(root)].map((each) => each.type).join(' ');

export const ofType = (node, type) => [...walk(node)].filter((each) => each.type === type);

// The grammar wraps a value in a node for each level of precedence.
export function unwrapped(node) {
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
export function valueOf(wrapped) {
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
export function listOf(root, name) {
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

export function checkCommand(command, allowed, complain) {
  const name = command.childForFieldName('command_name');
  if (!name || command.namedChildren[0].type !== 'command_name') {
    complain(`a command that is not named outright: ${command.text.slice(0, 80)}`);
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

// Where strings begin and end by PowerShell's own rules, which know five characters for a single
// quote and three for a double one; the grammar knows one of each.  Comments begin with # where a
// word may.  (tokenizer.cs: ScanStringLiteral, SingleQuote, DoubleQuote)
function stringsOf(text) {
  const single = "'\u2018\u2019\u201a\u201b";
  const double = '"\u201c\u201d\u201e';
  const found = [];
  for (let at = 0; at < text.length; at++) {
    const quotes = [single, double].find((each) => each.includes(text[at]));
    if (text.startsWith('<#', at)) {
      at = text.indexOf('#>', at) + 1;
      if (!at) return null;
    } else if (text[at] === '#' && (at === 0 || /[\s({;,]/.test(text[at - 1]))) {
      while (at < text.length && !'\r\n'.includes(text[at])) at++;
    } else if (quotes) {
      const start = at;
      for (at++; at < text.length; at++) {
        if (quotes === double && text[at] === '`') at++;
        else if (quotes.includes(text[at]) && !quotes.includes(text[++at])) break;
      }
      if (at > text.length) return null;
      found.push(text.slice(start, at));
      at--;
    }
  }
  return found;
}

// The strings that the tree holds must be those that PowerShell would find.
function checkStrings(text, root, complain) {
  const ours = stringsOf(text);
  const theirs = ofType(root, 'string_literal').filter((each) =>
    each.parent.type !== 'string_literal').map((each) => each.text);
  if (JSON.stringify(ours) !== JSON.stringify(theirs))
    complain('its strings begin or end elsewhere by PowerShell\'s own rules');
}

// Whether the grammar takes a text.  The tree goes at once: a run makes thousands of them.
export function isTaken(parser, text) {
  const tree = parser.parse(text);
  const taken = !tree.rootNode.hasError;
  tree.delete();
  return taken;
}

// Lines of ASCII, and one tree that is the same when smart characters are folded.
export function readScript(parser, file, complain) {
  const bytes = readFileSync(file);
  const text = bytes.toString('latin1');
  if (!/^(?:[ -~]*\r\n)+$/.test(text)) complain('not lines of printable ASCII that end in CRLF');

  const script = bytes.toString('utf8');
  const root = parser.parse(script).rootNode;
  for (const node of walk(root))
    if (node.isError || node.isMissing)
      complain(`line ${node.startPosition.row + 1}: ${node.isError ? 'ERROR' : 'MISSING'}`);
  if (root.hasError) complain('the grammar does not take it');
  const folded = folds.reduce((before, [what, by]) => before.replace(what, by), script);
  if (folded !== script && shape(parser.parse(folded).rootNode) !== shape(root))
    complain('with smart quotes, dashes and blanks folded it is another script');
  checkStrings(script, root, complain);
  return { text, root };
}

export function checkMethods(root, methods, complain) {
  for (const call of ofType(root, 'invokation_expression')) {
    const member = call.namedChildren.find((each) => each.type === 'member_name');
    if (!member || !methods.includes(member.text)) complain(`foreign method: ${call.text}`);
  }
}

// Its own functions may have any arguments.
export function withFunctions(allowed, root) {
  const all = { ...allowed };
  for (const each of ofType(root, 'function_statement'))
    all[ofType(each, 'function_name')[0].text] = null;
  return all;
}
