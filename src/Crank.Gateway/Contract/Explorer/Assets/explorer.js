// Everything comes from this gateway and every try goes to it: no fonts, no proxy, no telemetry of anybody else, and no key is kept in the browser.
Scalar.createApiReference('#explorer', {
  url: '/openapi/v1.json',
  baseServerURL: location.origin,
  proxyUrl: '',
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: 'never',
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  persistAuth: false,
  authentication: { preferredSecurityScheme: 'bearer' },
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  metaData: { title: 'Crank: HTTP API' },
})
