import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { ConfigReader } from '@backstage/config';
import { preAuthEncoding, readBuilderId, readSigner } from './signing';
import { gateStatement, provenanceStatement } from './statements';
import { COMMIT, exampleLineage, sha256 } from './testing/lineage';

const BUILDER = 'https://portal.example/api/model-ci';

function pemOf(type: 'ed25519' | 'p256' | 'p384' | 'rsa'): string {
  const encoding = {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  } as const;
  switch (type) {
    case 'ed25519':
      return generateKeyPairSync('ed25519', encoding).privateKey;
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048, ...encoding })
        .privateKey;
    default:
      return generateKeyPairSync('ec', {
        namedCurve: type === 'p256' ? 'P-256' : 'P-384',
        ...encoding,
      }).privateKey;
  }
}

const configOf = (provenance: object) =>
  new ConfigReader({ modelCi: { provenance: { ...provenance } } });

describe('readSigner', () => {
  it.each(['ed25519', 'p256'] as const)(
    'signs with %s what anybody with the public key can verify',
    type => {
      const pem = pemOf(type);
      const signer = readSigner(configOf({ privateKey: pem }));
      const statement = provenanceStatement(exampleLineage(), BUILDER);
      const envelope = signer!.sign(statement);
      const payload = Buffer.from(envelope.payload, 'base64');
      expect(JSON.parse(payload.toString())).toEqual(statement);
      const [{ sig, keyid }] = envelope.signatures;
      expect(keyid).toMatch(/^[0-9a-f]{64}$/);
      const holds = (signed: Buffer) =>
        verify(
          type === 'ed25519' ? null : 'sha256',
          preAuthEncoding(signed),
          createPublicKey(pem),
          Buffer.from(sig, 'base64'),
        );
      expect(holds(payload)).toBe(true);
      expect(holds(Buffer.concat([payload, Buffer.from(' ')]))).toBe(false);
    },
  );

  it('has none where nothing is configured', () => {
    expect(readSigner(new ConfigReader({}))).toBeUndefined();
  });

  it.each([
    ['of another type', pemOf('rsa'), 'type rsa'],
    ['of another curve', pemOf('p384'), 'type ec secp384r1'],
    ['that is none', 'hunter2', 'none that can be read'],
    ['without anything', undefined, 'Missing required config value'],
  ])('refuses a key %s, names it and says nothing of it', (_, pem, words) => {
    let message = '';
    try {
      readSigner(configOf({ privateKey: pem }));
    } catch (error) {
      message = String(error) + String(error instanceof Error && error.cause);
    }
    expect(message).toContain('modelCi.provenance.privateKey');
    expect(message).toContain(words);
    expect(message).not.toContain('hunter2');
    expect(message).not.toMatch(/MII|BEGIN/);
  });

  it('refuses a builder that is no URI', () => {
    expect(() => readBuilderId(configOf({ builderId: 'us' }))).toThrow(
      'modelCi.provenance.builderId must be a URI',
    );
  });
});

describe('provenanceStatement', () => {
  it('names the artifacts as subjects and everything that they were made from', () => {
    expect(provenanceStatement(exampleLineage(), BUILDER)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'train/model', digest: { sha256: 'a'.repeat(64) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://model-ci.dev/provenance/run/v1',
          externalParameters: {
            pipeline: 'modelpipeline:default/house-price',
            source: {
              uri: 'https://code.example/house-price/tree/main/',
              branch: 'main',
              commit: COMMIT,
            },
            trigger: 'push',
            parameters: { train: { LEARNING_RATE: '0.1' } },
          },
          internalParameters: {
            stages: [
              {
                name: 'train',
                executor: 'docker',
                node: 'gpu-1',
                image: 'python:3.11',
              },
            ],
          },
          resolvedDependencies: [
            {
              name: 'source',
              uri: 'https://code.example/house-price/tree/main/',
              digest: { gitCommit: COMMIT },
            },
            {
              name: 'source archive',
              mediaType: 'application/x-tar',
              digest: { sha256: '5'.repeat(64) },
            },
            {
              name: 'dataset/houses',
              uri: './houses.csv',
              digest: { sha256: 'd'.repeat(64) },
            },
            {
              name: 'image/python:3.11',
              uri: `docker://docker.io/library/python@${sha256('2')}`,
              digest: { sha256: '2'.repeat(64) },
            },
          ],
        },
        runDetails: {
          builder: { id: BUILDER },
          metadata: {
            invocationId: 'run-3',
            startedOn: '2026-02-01T00:00:00.000Z',
            finishedOn: '2026-02-01T00:01:00.000Z',
          },
        },
      },
    });
  });

  it('names the artifacts of several instances apart', () => {
    const { version } = exampleLineage();
    const [model] = version.artifacts;
    const artifacts = ['depth=1', 'depth=2'].map(instance => ({
      ...model,
      instance,
    }));
    const lineage = exampleLineage({ version: { ...version, artifacts } });
    expect(
      provenanceStatement(lineage, BUILDER).subject.map(({ name }) => name),
    ).toEqual(['train[depth=1]/model', 'train[depth=2]/model']);
  });

  it('is about the commit where there are no artifacts', () => {
    const { version } = exampleLineage();
    const lineage = exampleLineage({ version: { ...version, artifacts: [] } });
    expect(provenanceStatement(lineage, BUILDER).subject).toEqual([
      { name: 'source', digest: { gitCommit: COMMIT } },
    ]);
  });
});

describe('gateStatement', () => {
  const [gate] = exampleLineage().gates;

  it('states what each gate said', () => {
    expect(gateStatement(exampleLineage())).toMatchObject({
      predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
      predicate: {
        result: 'PASSED',
        passedTests: ['evaluate: rmse on houses, max 30'],
        warnedTests: [],
        failedTests: [],
        modelci_decisions: [],
      },
    });
  });

  it('warns of what was inconclusive, with the decision that let it go on', () => {
    const lineage = exampleLineage({
      gates: [gate, { ...gate, metric: 'mae', verdict: 'inconclusive' }],
      approvals: [
        {
          id: '1',
          stage: 'evaluate',
          question: { code: 'quoted', parameters: {}, text: '?' },
          askedAt: '',
          decision: 'continue',
          by: 'user:default/eve',
          reason: 'as good',
        },
      ],
    });
    expect(gateStatement(lineage)?.predicate).toMatchObject({
      result: 'WARNED',
      warnedTests: ['evaluate: mae on houses, max 30'],
      modelci_decisions: [
        { stage: 'evaluate', decision: 'continue', by: 'user:default/eve' },
      ],
    });
  });

  it('fails where a gate failed, and states nothing where there was none', () => {
    const failed = exampleLineage({ gates: [{ ...gate, verdict: 'fail' }] });
    expect(gateStatement(failed)?.predicate).toMatchObject({
      result: 'FAILED',
      failedTests: ['evaluate: rmse on houses, max 30'],
    });
    expect(gateStatement(exampleLineage({ gates: [] }))).toBeUndefined();
  });
});
