// Reads one JSON object {path: text} a line; answers with one JSON object {path: shape} a line. A shape is a syntax
// tree without the words of its strings and comments: two texts of one shape differ in nothing else.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const ts = createRequire(process.argv[2])("typescript");

function shape(path, text) {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const mistakes = file.parseDiagnostics.map((each) => ts.flattenDiagnosticMessageText(each.messageText, "\n"));
  if (mistakes.length > 0) return `broken: ${mistakes.join("; ")}`;
  // `@jsx` means something in files with JSX only; no generated file is one.
  const pragmas = [...(file.pragmas?.keys() ?? [])].filter((name) => !name.startsWith("jsx"));
  if (pragmas.length > 0 || file.checkJsDirective || (file.commentDirectives?.length ?? 0) > 0) {
    return "broken: a comment commands the compiler";
  }
  const made = [];
  const isPattern = (node) =>
    ts.isRegularExpressionLiteral(node) ||
    (ts.isNewExpression(node) && node.expression.text === "RegExp" && node.arguments.every(ts.isStringLiteral));
  const visit = (node) => {
    if (ts.isBlock(node) && node.statements.length === 1) {
      visit(node.statements[0]); // where a line is too long, its statement stands in braces
      return;
    }
    if (isPattern(node)) {
      made.push("Pattern");
      return;
    }
    const words = ts.isIdentifier(node) || ts.isNumericLiteral(node) || ts.isPrivateIdentifier(node);
    made.push(words ? node.text : ts.SyntaxKind[node.kind]);
    made.push("(");
    ts.forEachChild(node, visit);
    made.push(")");
  };
  visit(file);
  return made.join(" ");
}

for await (const line of createInterface({ input: process.stdin })) {
  const files = Object.entries(JSON.parse(line)).map(([path, text]) => [path, shape(path, text)]);
  process.stdout.write(`${JSON.stringify(Object.fromEntries(files))}\n`);
}
