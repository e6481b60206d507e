import { LABELS } from '../containers/labels';
import { isOwn } from './ownContainers';

const { managed, attempt, service, owner } = LABELS;
const container = (name: string, Labels: Record<string, string>) => ({
  Names: [`/${name}`],
  Labels,
});

describe('containers with labels of ours', () => {
  it('are ours where they have the names that we give', () => {
    for (const own of [
      container('model-ci-a1', { [managed]: 'attempt', [attempt]: 'a1' }),
      container('model-ci-s1', { [managed]: 'service', [service]: 's1' }),
      container('model-ci-net-none-1-left', {
        [managed]: 'network',
        [owner]: 'host/1/2',
      }),
    ]) {
      expect(isOwn(own)).toBe(true);
    }
  });

  it.each([
    ['quirky_banach', { [managed]: 'attempt', [attempt]: 'a1' }],
    ['model-ci-a2', { [managed]: 'attempt', [attempt]: 'a1' }],
    ['model-ci-a1', { [managed]: 'service', [attempt]: 'a1' }],
    ['model-ci-', { [managed]: 'attempt', [attempt]: '' }],
    ['model-ci-../x', { [managed]: 'attempt', [attempt]: '../x' }],
    ['model-ci-net-none-1', { [managed]: 'network', [owner]: '' }],
    ['model-ci-a1', { [managed]: '', [attempt]: 'a1' }],
    ['model-ci-a1', {}],
  ])('are not for their labels alone: %s %j', (name, labels) => {
    expect(isOwn(container(name, labels))).toBe(false);
  });
});
