// The conformance package imports globSync, which node has from version 22 on; what we run of it does not call it.
import fs from 'node:fs';
import { register } from 'node:module';

if (!('globSync' in fs)) {
  const hooks = `export async function resolve(specifier, context, next) {
    return specifier === 'fs' && context.parentURL?.includes('/@modelcontextprotocol/conformance/')
      ? { url: ${JSON.stringify(new URL('./fs-with-glob.mjs', import.meta.url).href)}, shortCircuit: true }
      : next(specifier, context);
  }`;
  register('data:text/javascript,' + encodeURIComponent(hooks));
}
