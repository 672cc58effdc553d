// Drives an A2A agent with the public client. Standard input: {"url", "headers", "steps": [...]}; standard output:
// {"version", "verified", "card", "results": [...]}, one result or error for each step.
import { readFileSync } from 'node:fs';
import { importJWK } from 'jose';
import {
  AgentCard, CancelTaskRequest, GetTaskRequest, ListTasksRequest, ListTasksResponse, Message, SendMessageRequest, StreamResponse, SubscribeToTaskRequest, Task,
  TaskPushNotificationConfig, verifyAgentCardSignature,
} from '@a2a-js/sdk';
import { ClientFactory, ClientFactoryOptions, DefaultAgentCardResolver, JsonRpcTransportFactory } from '@a2a-js/sdk/client';

// Standard output is the answer; what the client has to say otherwise goes beside it.
console.debug = console.log = console.error;

const plan = JSON.parse(readFileSync(0, 'utf8'));
const send = (url, init = {}) => fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...plan.headers } });

// The key comes from where the verifier knows it to be, not from where the card says.
const keys = async (kid) => {
  const { keys: set } = await (await fetch(new URL('/.well-known/jwks.json', plan.url))).json();
  const key = set.find((k) => k.kid === kid);
  if (!key) throw new Error(`no key ${kid}`);
  return importJWK(key, key.alg);
};
const verify = verifyAgentCardSignature(keys);

const card = await (await fetch(new URL('/.well-known/agent-card.json', plan.url))).json();
const elsewhere = { ...card, supportedInterfaces: [{ ...card.supportedInterfaces[0], url: 'https://evil.example/a2a' }] };
const verified = await verify(card).then(() => true, (e) => String(e));
const forged = await verify(elsewhere).then(() => true, () => false);

const client = await new ClientFactory(ClientFactoryOptions.createFrom(ClientFactoryOptions.default, {
  transports: [new JsonRpcTransportFactory({ fetchImpl: send })],
  cardResolver: new DefaultAgentCardResolver({ fetchImpl: send }),
})).createFromUrl(plan.url);

// Everything goes in and out in the protocol's own JSON.
const collect = async (events, until) => {
  const seen = [];
  for await (const event of events) {
    seen.push(StreamResponse.toJSON(event));
    if (until && JSON.stringify(seen.at(-1)).includes(until)) break;
  }
  return seen;
};

const verbs = {
  send: async (step) => {
    const answer = await client.sendMessage(SendMessageRequest.fromJSON(step.params));
    return 'messageId' in answer ? Message.toJSON(answer) : Task.toJSON(answer);
  },
  stream: (step) => collect(client.sendMessageStream(SendMessageRequest.fromJSON(step.params)), step.until),
  get: async (step) => Task.toJSON(await client.getTask(GetTaskRequest.fromJSON(step.params))),
  list: async (step) => ListTasksResponse.toJSON(await client.listTasks(ListTasksRequest.fromJSON(step.params))),
  cancel: async (step) => Task.toJSON(await client.cancelTask(CancelTaskRequest.fromJSON(step.params))),
  subscribe: (step) => collect(client.resubscribeTask(SubscribeToTaskRequest.fromJSON(step.params))),
  push: async (step) => TaskPushNotificationConfig.toJSON(await client.createTaskPushNotificationConfig(TaskPushNotificationConfig.fromJSON(step.params))),
  // Verified as JSON: what the client hands to a verifier itself was parsed once already, and the security schemes are lost when it is parsed again.
  extendedCard: async () => {
    const extended = AgentCard.toJSON(await client.getAgentCard());
    await verify(extended);
    return extended;
  },
};

const results = [];
for (const step of plan.steps) {
  try {
    // A step may use what an earlier one gave: "$0.id".
    const text = JSON.stringify(step).replace(/"\$(\d+)\.([\w.\/~-]+)"/g, (_, i, path) =>
      JSON.stringify(path.split('.').reduce((value, name) => value?.[name.replace('~', '.')], results[Number(i)].result)));
    results.push({ result: await verbs[step.do](JSON.parse(text)) });
  } catch (e) {
    results.push({ error: { name: e?.constructor?.name, code: e?.code, message: String(e?.message ?? e) } });
  }
}

process.stdout.write(JSON.stringify({ version: client.protocolVersion, verified, forged, card, results }));
