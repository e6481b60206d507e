import { readFileSync } from 'node:fs';

/** What is read here of the examples of octokit/webhooks. */
export interface Payload {
  action?: string;
  ref: string;
  deleted?: boolean;
  head_commit?: { id: string };
  repository?: { html_url: string };
  pull_request: { number: number; head: { sha: string } };
}

/** The examples of each event, of github.com or of a version of GitHub Enterprise. */
export function listExamples(collection: string) {
  const file = require.resolve(
    `@octokit/webhooks-examples/${collection}/index.json`,
  );
  const events: Array<{ name: string; examples: Payload[] }> = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return (name: string) =>
    events.find(event => event.name === name)?.examples ?? [];
}
