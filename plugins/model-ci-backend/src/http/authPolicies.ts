import type { HttpRouterServiceAuthPolicy } from '@backstage/backend-plugin-api';

/** Where something else than a bearer token lets one in. */
export const AUTH_POLICIES: HttpRouterServiceAuthPolicy[] = [
  // Editors fetch the schema, and have no token.
  { path: '/schema/model-pipeline.json', allow: 'unauthenticated' },
  // Engines have a signed token in the path, and no other credentials.
  { path: '/transfers/:token', allow: 'unauthenticated' },
  // Builds fetch the client before they use their token.
  { path: '/client', allow: 'unauthenticated' },
  // Another CI has a token of the pipeline, which Backstage does not know.
  { path: '/external-runs', allow: 'unauthenticated' },
  {
    path: '/pipelines/:namespace/:name/external-runs',
    allow: 'unauthenticated',
  },
  // A browser that saves a file to disk as it comes can send a cookie and no header.
  { path: '/artifacts/:digest', allow: 'user-cookie' },
  { path: '/runs/:runId/stages/:stage/logs', allow: 'user-cookie' },
];
