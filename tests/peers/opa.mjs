// Asks policies with OPA's public client. Standard input: {"url", "steps": [{"call", "path", "input", "inputs"}]};
// standard output: {"results": [...]}, one value or error for each step.
import { readFileSync } from 'node:fs';
import { OPAClient } from '@open-policy-agent/opa';
import { OpaApiClient } from '@open-policy-agent/opa/sdk/sdk';

const plan = JSON.parse(readFileSync(0, 'utf8'));
const client = new OPAClient(plan.url);
const calls = {
  evaluate: (step) => client.evaluate(step.path, step.input),
  evaluateDefault: (step) => client.evaluateDefault(step.input),
  evaluateBatch: (step) => client.evaluateBatch(step.path, step.inputs, { fallback: true }),
  getFilters: (step) => client.getFilters(step.path, step.input, { target: 'ucastPrisma', primary: 'things' }),
  health: async () => (await new OpaApiClient({ serverURL: plan.url }).health(true, true)).healthyServer ?? {},
};

const results = [];
for (const step of plan.steps) {
  try {
    results.push({ value: await calls[step.call](step) });
  } catch (e) {
    results.push({ error: e.constructor.name, code: e.code, errors: e.decisionErrors ?? e.errors?.map((x) => x.code), message: e.message });
  }
}

console.log(JSON.stringify({ results }));
