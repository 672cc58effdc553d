// Drives an MCP server with the public clients. Standard input: {"url", "client": "v1" | "v2", "headers", "steps": [...]};
// standard output: {"version", "server", "results": [...]}, one result or error for each step.
import { readFileSync } from 'node:fs';

const plan = JSON.parse(readFileSync(0, 'utf8'));
const { Client, StreamableHTTPClientTransport } = plan.client === 'v2'
  ? await import('@modelcontextprotocol/client')
  : { ...(await import('@modelcontextprotocol/sdk/client/index.js')), ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')) };

const client = new Client({ name: 'crank-peer', version: '1.0.0' }, plan.client === 'v2' ? { versionNegotiation: { mode: 'auto' } } : {});

// Closing must not cut off a message that is on its way, such as the one that takes a call back.
const posted = [];
const send = (url, init) => {
  const answer = fetch(url, init);
  if (init?.method === 'POST') posted.push(answer);
  return answer;
};

const transport = new StreamableHTTPClientTransport(new URL(plan.url), { fetch: send, requestInit: { headers: plan.headers ?? {} } });
await client.connect(transport);

const call = (step) => {
  const progress = [];
  const stop = new AbortController();
  const options = {
    signal: stop.signal,
    onprogress: step.progress || step.cancelOnProgress
      ? (p) => { progress.push(p); if (step.cancelOnProgress) stop.abort('no longer wanted'); }
      : undefined,
  };
  const params = { name: step.name, arguments: step.arguments, ...(step.meta ? { _meta: step.meta } : {}) };
  const done = plan.client === 'v2' ? client.callTool(params, options) : client.callTool(params, undefined, options);
  return done.then((result) => ({ ...result, progress }));
};

const verbs = {
  ping: () => client.ping(),
  listTools: (step) => client.listTools(step.cursor ? { cursor: step.cursor } : undefined),
  callTool: call,
  callTools: (step) => Promise.all(step.calls.map(call)),
  listResources: (step) => client.listResources(step.cursor ? { cursor: step.cursor } : undefined),
  listResourceTemplates: () => client.listResourceTemplates(),
  readResource: (step) => client.readResource({ uri: step.uri }),
  listPrompts: () => client.listPrompts(),
  getPrompt: (step) => client.getPrompt({ name: step.name, arguments: step.arguments }),
  complete: (step) => client.complete({ ref: step.ref, argument: step.argument }),
};

const results = [];
for (const step of plan.steps) {
  try {
    // A step may use what an earlier one gave: "$2.structuredContent.file.uri"; a point inside a name is written ~.
    const text = JSON.stringify(step).replace(/"\$(\d+)\.([\w.~\[\]\/-]+)"/g, (_, i, path) =>
      JSON.stringify(path.split('.').map((name) => name.replaceAll('~', '.')).reduce((value, name) => value?.[name], results[Number(i)].result)));
    results.push({ result: await verbs[step.do](JSON.parse(text)) });
  } catch (e) {
    results.push({ error: { name: e?.name, code: e?.code, message: String(e?.message ?? e) } });
  }
}

const version = plan.client === 'v2' ? client.getNegotiatedProtocolVersion?.() ?? null : transport.protocolVersion ?? null;
const server = client.getServerVersion?.() ?? null;
await Promise.allSettled(posted);
await client.close();
process.stdout.write(JSON.stringify({ version, server, session: transport.sessionId ?? null, results }));
