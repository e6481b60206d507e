import {
  DEPLOYMENT_STATUSES,
  STATUSES,
} from '@model-ci/backstage-plugin-model-ci-common';
import { messages } from './messages';
import { DEPLOYMENT_STATUS_LOOKS, STATUS_LOOKS } from './status';

describe('looks of statuses', () => {
  it('exist for every status, each with a word and an icon', () => {
    for (const status of STATUSES) {
      expect(messages[STATUS_LOOKS[status].label]).toBeTruthy();
      expect(STATUS_LOOKS[status].icon).toBeDefined();
    }
    for (const status of DEPLOYMENT_STATUSES) {
      expect(messages[DEPLOYMENT_STATUS_LOOKS[status].label]).toBeTruthy();
    }
  });

  it('tell the user’s failure from the platform’s', () => {
    expect(STATUS_LOOKS.failed.tone).not.toBe(STATUS_LOOKS.errored.tone);
    expect(STATUS_LOOKS.failed.icon).not.toBe(STATUS_LOOKS.errored.icon);
  });
});
