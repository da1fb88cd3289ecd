// Judges PowerShell scripts with a PowerShell grammar: check.mjs BUILD [--literals] FILE...
//
// A script must be ASCII with CRLF line ends, parse without a fault, parse to the same tree
// when smart quotes, dashes and blanks are folded to ASCII (PowerShell takes them for such, the
// grammar does not), and name only the commands, parameters and methods that its target's judge
// lists: what breaks out of a string or a comment shows as a foreign one.  The literals of its
// lists are worked out from the tree; --literals prints them.

import { checkDefender } from './defender.mjs';
import { checkFirewall } from './firewall.mjs';
import { grammar } from './grammar.mjs';
import { openLiterals } from './literals.mjs';

const [build, ...rest] = process.argv.slice(2);
const files = rest.filter((each) => each !== '--literals');
const parser = await grammar(build);
const literalsOf = await openLiterals(build);

let failed = 0;
for (const file of files) {
  const complaints = new Set();
  const complain = (text) => complaints.add(text);
  const literals = /(^|\/)windows-firewall\//.test(file)
    ? checkFirewall(parser, file, complain)
    : checkDefender(parser, literalsOf, file, complain);
  for (const text of complaints) console.error(`${file}: ${text}`);
  failed += complaints.size > 0;
  if (rest.includes('--literals')) console.log(JSON.stringify({ file, ...literals }));
}
console.error(`PowerShell scripts: ${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
