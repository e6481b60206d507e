import { authServiceFactory } from '@backstage/backend-defaults/auth';
import {
  coreServices,
  createBackendPlugin,
  type AuthService,
  type DiscoveryService,
  type UserInfoService,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { asUser } from '@model-ci/backstage-plugin-model-ci-node';
import authModuleModelCi from './index';

jest.setTimeout(60_000);

const ANN = 'user:default/ann';
const GUEST = 'user:development/guest';

interface Caller {
  auth: AuthService;
  discovery: DiscoveryService;
  userInfo: UserInfoService;
}

/** A portal with the real auth backend and real tokens, and what a plugin of it works with. */
async function startPortal(options: { withModule?: boolean } = {}) {
  const callers = new Map<string, Caller>();
  const plugin = (pluginId: string) =>
    createBackendPlugin({
      pluginId,
      register(env) {
        env.registerInit({
          deps: {
            auth: coreServices.auth,
            discovery: coreServices.discovery,
            userInfo: coreServices.userInfo,
            httpRouter: coreServices.httpRouter,
          },
          async init({ httpRouter: _, ...services }) {
            callers.set(pluginId, services);
          },
        });
      },
    });
  const { server } = await startTestBackend({
    features: [
      authPlugin,
      ...(options.withModule === false ? [] : [authModuleModelCi]),
      plugin('model-ci-git'),
      plugin('stranger'),
      authServiceFactory,
      catalogServiceMock.factory({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name: 'ann', namespace: 'default' },
            relations: [{ type: 'memberOf', targetRef: 'group:default/ml' }],
          },
        ],
      }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost' },
          backend: { baseUrl: 'http://localhost' },
          auth: {
            providers: {
              'model-ci': {},
              guest: { dangerouslyAllowOutsideDevelopment: true },
            },
          },
        },
      }),
    ],
  });
  const caller = (pluginId: string): Caller => {
    const found = callers.get(pluginId);
    if (!found) {
      throw new Error(`No plugin ${pluginId}`);
    }
    const discovery = {
      getBaseUrl: async (id: string) =>
        `http://localhost:${server.port()}/api/${id}`,
      getExternalBaseUrl: async (id: string) =>
        `http://localhost:${server.port()}/api/${id}`,
    };
    return { ...found, discovery };
  };
  const post = async (headers: Record<string, string>, body: unknown) =>
    await fetch(
      `${await caller('stranger').discovery.getBaseUrl(
        'auth',
      )}/model-ci/refresh`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      },
    );
  return { caller, post };
}

describe('acting for a user who is not there', () => {
  let portal: Awaited<ReturnType<typeof startPortal>>;

  beforeAll(async () => {
    portal = await startPortal();
  });

  const tokenOf = async (pluginId: string) => {
    const { auth } = portal.caller(pluginId);
    return await auth.getPluginRequestToken({
      onBehalfOf: await auth.getOwnServiceCredentials(),
      targetPluginId: 'auth',
    });
  };

  it('gives the plugin credentials that say what a sign-in would', async () => {
    const git = portal.caller('model-ci-git');
    const credentials = await asUser(git, ANN);
    expect(credentials.principal).toMatchObject({
      type: 'user',
      userEntityRef: ANN,
    });
    // Other plugins take them, as from a user who is there.
    const { token } = await git.auth.getPluginRequestToken({
      onBehalfOf: credentials,
      targetPluginId: 'stranger',
    });
    expect(
      (await portal.caller('stranger').auth.authenticate(token)).principal,
    ).toMatchObject({ type: 'user', userEntityRef: ANN });
  });

  it('works for the guest, and for nobody else who is not in the catalog', async () => {
    const git = portal.caller('model-ci-git');
    expect((await asUser(git, GUEST)).principal).toMatchObject({
      userEntityRef: GUEST,
    });
    await expect(asUser(git, 'user:default/gone')).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: 'The catalog has no user user:default/gone',
    });
  });

  it('is refused to other plugins, to users and to everybody else', async () => {
    await expect(asUser(portal.caller('stranger'), ANN)).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
    const userRef = ANN;
    expect((await portal.post({}, { userRef })).status).toBe(401);
    expect(
      (await portal.post({ Authorization: 'Bearer x' }, { userRef })).status,
    ).toBe(401);
    const { token } = await tokenOf('model-ci-git');
    const own = await portal.post(
      { Authorization: `Bearer ${token}` },
      { userRef },
    );
    expect(own.status).toBe(200);
    const { token: userToken } = await own.json();
    expect(
      (await portal.post({ Authorization: `Bearer ${userToken}` }, { userRef }))
        .status,
    ).toBe(403);
    // On behalf of a user, a plugin is that user.
    const git = portal.caller('model-ci-git');
    const behalf = await git.auth.getPluginRequestToken({
      onBehalfOf: await asUser(git, ANN),
      targetPluginId: 'auth',
    });
    expect(
      (
        await portal.post(
          { Authorization: `Bearer ${behalf.token}` },
          { userRef },
        )
      ).status,
    ).toBe(403);
  });

  it.each([
    {},
    { userRef: '' },
    { userRef: 7 },
    { userRef: 'group:default/ml' },
    { userRef: ANN, more: 1 },
  ])('refuses the body %j', async body => {
    const { token } = await tokenOf('model-ci-git');
    const { status } = await portal.post(
      { Authorization: `Bearer ${token}` },
      body,
    );
    expect(status).toBe(400);
  });

  it('has no page to sign in at', async () => {
    const base = await portal.caller('stranger').discovery.getBaseUrl('auth');
    for (const page of ['start?env=development', 'handler/frame']) {
      expect((await fetch(`${base}/model-ci/${page}`)).status).toBe(404);
    }
    expect((await fetch(`${base}/model-ci/refresh`)).status).toBe(401);
  });

  it('keeps credentials for a minute', async () => {
    const git = portal.caller('model-ci-git');
    // Later than whatever the other tests asked for.
    let time = Date.now() + 3_600_000;
    const now = () => time;
    const first = await asUser(git, ANN, { now });
    time += 59_000;
    expect(await asUser(git, ANN, { now })).toBe(first);
    expect(await asUser(git, ANN, { now, maxAgeMs: 10_000 })).not.toBe(first);
    time += 60_000;
    expect(await asUser(git, ANN, { now })).not.toBe(first);
  });

  it('says which module is missing', async () => {
    const bare = await startPortal({ withModule: false });
    await expect(
      asUser(bare.caller('model-ci-git'), ANN),
    ).rejects.toMatchObject({
      name: 'NotImplementedError',
      message: expect.stringContaining('auth-backend-module-model-ci'),
    });
  });
});
