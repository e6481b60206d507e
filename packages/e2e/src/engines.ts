import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const required = process.env.MODEL_CI_REQUIRE_ENGINES === 'true';

/** `describe` where everything is there; a skip said aloud where something is missing and nobody demands it. */
export function describeWith(missing: string | undefined): jest.Describe {
  demand(missing);
  return missing === undefined ? describe : describe.skip;
}

/** Says aloud what is missing, or throws where it is demanded. */
export function demand(missing: string | undefined): void {
  if (missing !== undefined && required) {
    throw new Error(missing);
  }
  if (missing !== undefined) {
    process.stderr.write(`Skipped: ${missing}\n`);
  }
}

/** Why there is no browser to test in, or undefined. */
export function missingBrowser(): string | undefined {
  return browserPath() === undefined
    ? 'Chromium was not found; install it, or name it in CHROMIUM_PATH'
    : undefined;
}

export function browserPath(): string | undefined {
  return [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find(file => file !== undefined && existsSync(file));
}

/** Why no stage can run in a container of this image, or undefined. */
export function missingDocker(image: string): string | undefined {
  if (!existsSync('/var/run/docker.sock')) {
    return 'no Docker Engine answers at /var/run/docker.sock';
  }
  try {
    execFileSync('docker', ['image', 'inspect', image], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `the Docker Engine has no image ${image}`;
  }
}

/** Why no Jenkinsfile can be executed, or undefined. */
export function missingGroovy(): string | undefined {
  try {
    execFileSync('groovy', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'groovy was not found';
  }
}

/** Connection string of a PostgreSQL for tests, as Backstage's own `TestDatabases` take it. */
export const postgres =
  process.env.BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING;

/** Why nothing can be tested on PostgreSQL, or undefined. */
export function missingPostgres(): string | undefined {
  return postgres
    ? undefined
    : 'no PostgreSQL is named in BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';
}
