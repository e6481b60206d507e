import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonObject } from '@backstage/types';
import { checkedTopics } from './checkedTopics';

const topicsOf = (data: JsonObject) =>
  checkedTopics(
    mockServices.rootConfig({ data }),
    ScmIntegrations.fromConfig(new ConfigReader(data)),
  );

const modules = { gitlab: { webhookSecret: 's' } };

describe('The topics of webhooks', () => {
  it('are those of hosts with a secret', () => {
    expect(topicsOf({})).toEqual([]);
    expect(topicsOf({ events: { modules } })).toEqual(['gitlab']);
  });

  it('are refused where anybody could announce on them', () => {
    const http = { topics: ['other'] };
    expect(topicsOf({ events: { modules, http } })).toEqual(['gitlab']);
    http.topics.push('gitlab');
    expect(() => topicsOf({ events: { modules, http } })).toThrow(
      "events.http.topics must not have 'gitlab'",
    );
  });
});
