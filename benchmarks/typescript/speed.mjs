// Nanoseconds a call, both sides in one process, in turns. Rounds are many and short, and the figure is that of the
// quickest: whatever else the machine does can only add to it.
const ROUNDS = 301;
const ROUND_NS = 5e5;

/** `candidates`: name → (type → function that says whether a value is valid). Gives work → candidate → figure. */
export function measure(candidates, cases) {
  const results = {};
  for (const { work, type, valid, invalid } of cases) {
    for (const [kind, values] of Object.entries({ valid, invalid })) {
      const functions = Object.entries(candidates).map(([name, validator]) => [name, validator(type)]);
      for (const [name, accepts] of functions) {
        const wrong = values.find((value) => accepts(value) !== (kind === "valid"));
        if (wrong !== undefined) throw new Error(`${name} says otherwise than ${kind}: ${JSON.stringify(wrong)}`);
      }
      results[`${work}, ${kind}`] = inTurns(functions, values);
    }
  }
  return results;
}

function inTurns(functions, values) {
  const calls = new Map();
  for (const [name, accepts] of functions) {
    for (let warm = 0; warm < 20; warm++) time(accepts, values, 1000);
    calls.set(name, Math.max(50, Math.round(ROUND_NS / time(accepts, values, 1000))));
  }
  const times = new Map(functions.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, accepts] of functions) times.get(name).push(time(accepts, values, calls.get(name)));
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, Math.min(...all)]));
}

let sink = 0;

function time(accepts, values, calls) {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) if (accepts(values[call % values.length])) sink++;
  return Number(process.hrtime.bigint() - start) / calls;
}
