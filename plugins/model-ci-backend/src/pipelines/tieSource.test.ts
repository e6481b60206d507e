import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { tieSource } from './tieSource';

const integrations = ScmIntegrations.fromConfig(
  new ConfigReader({
    integrations: { gitea: [{ host: 'gitea.example.com' }] },
  }),
);

function tie(location: string, declared?: string) {
  return tieSource(
    {
      'backstage.io/managed-by-location': location,
      ...(declared && { 'backstage.io/source-location': declared }),
    },
    integrations,
  );
}

const hosts = [
  {
    name: 'the embedded host',
    file: 'https://portal.example/api/model-ci-git/mine.git/raw/main/models/a/catalog-info.yaml',
    folder:
      'https://portal.example/api/model-ci-git/mine.git/raw/main/models/a/',
    beside: 'https://portal.example/api/model-ci-git/mine.git/raw/main/b/',
    foreign: [
      'https://portal.example/api/model-ci-git/theirs.git/raw/main/',
      'https://portal.example/api/model-ci-git/mine.git/raw/main/../../../theirs.git/raw/main/',
      'https://other.example/api/model-ci-git/mine.git/raw/main/',
    ],
    pinned: `https://portal.example/api/model-ci-git/mine.git/raw/${'a'.repeat(
      40,
    )}/catalog-info.yaml`,
  },
  {
    name: 'GitHub',
    file: 'https://github.com/acme/mine/blob/main/models/a/catalog-info.yaml',
    folder: 'https://github.com/acme/mine/tree/main/models/a/',
    beside: 'https://github.com/Acme/mine/tree/main/b/',
    foreign: [
      'https://github.com/acme/theirs/tree/main/',
      'https://github.com/rival/mine/tree/main/',
      'https://github.com/acme/mine/tree/main/../../../theirs/tree/main/',
      'https://gitlab.com/acme/mine/-/tree/main/',
    ],
    pinned: `https://github.com/acme/mine/blob/${'a'.repeat(
      40,
    )}/catalog-info.yaml`,
  },
  {
    name: 'GitLab',
    file: 'https://gitlab.com/acme/ml/mine/-/blob/main/models/a/catalog-info.yaml',
    folder: 'https://gitlab.com/acme/ml/mine/-/tree/main/models/a/',
    beside: 'https://gitlab.com/acme/ml/mine/-/tree/main/b/',
    foreign: [
      'https://gitlab.com/acme/ml/theirs/-/tree/main/',
      'https://gitlab.com/acme/mine/-/tree/main/',
      'https://github.com/acme/ml/tree/main/',
    ],
    pinned: `https://gitlab.com/acme/ml/mine/-/blob/${'a'.repeat(
      40,
    )}/catalog-info.yaml`,
  },
];

describe.each(hosts)(
  'the source of a pipeline on $name',
  ({ file, folder, beside, foreign, pinned }) => {
    it('is the folder that the catalog wrote down', () => {
      expect(tie(`url:${file}`, `url:${folder}`)).toMatchObject({
        type: 'tied',
        sourceUrl: folder,
        entityUrl: file,
      });
    });

    it('may be another folder of the same repository', () => {
      expect(tie(`url:${file}`, `url:${beside}`)).toMatchObject({
        type: 'tied',
        sourceUrl: beside,
      });
    });

    it.each(foreign)('is never %s, whatever the author wrote', declared => {
      expect(tie(`url:${file}`, `url:${declared}`)).toMatchObject({
        type: 'refused',
        problem: { text: expect.stringContaining(declared) },
      });
    });

    it('is no commit, which may be that of a fork', () => {
      expect(tie(`url:${pinned}`)).toMatchObject({
        type: 'refused',
        problem: { text: expect.stringContaining('register it at a branch') },
      });
      expect(tie(`url:${file}`, `url:${pinned}`)).toMatchObject({
        type: 'refused',
      });
    });

    it('is the same on another branch, and another one in another folder', () => {
      const { identity } = tie(`url:${file}`, `url:${folder}`);
      expect(
        tie(
          `url:${file.replace('/main/', '/trunk/')}`,
          `url:${folder.replace('/main/', '/trunk/')}`,
        ).identity,
      ).toBe(identity);
      expect(tie(`url:${file}`, `url:${beside}`).identity).not.toBe(identity);
    });
  },
);

describe('the source of a pipeline', () => {
  it('is never what an entity from a file names', () => {
    expect(
      tie(
        'file:/srv/catalog-info.yaml',
        'url:https://github.com/a/b/tree/main/',
      ),
    ).toMatchObject({ type: 'refused' });
    expect(tieSource(undefined, integrations)).toMatchObject({
      type: 'refused',
    });
    expect(tie('url:https://')).toMatchObject({ type: 'refused' });
  });
});
