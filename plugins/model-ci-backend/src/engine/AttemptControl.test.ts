import { FakeExecutor } from './testing/FakeExecutor';
import { AttemptControl } from './AttemptControl';

describe('AttemptControl', () => {
  function setUp() {
    const executor = new FakeExecutor({ script: () => {}, nodes: [] });
    const cancel = jest.spyOn(executor, 'cancel');
    const control = new AttemptControl(() => {});
    return { cancel, control, attach: () => control.attach(executor, {}) };
  }

  it('does not kill what may stay after all before it has started', () => {
    const { cancel, control, attach } = setUp();
    control.evict();
    control.stay();
    attach();
    expect(cancel).not.toHaveBeenCalled();
    expect(control.isEvicted).toBe(false);
  });

  it('knows what a kill was for that could not be taken back any more', async () => {
    const { cancel, control, attach } = setUp();
    cancel.mockRejectedValue(new Error('answer lost'));
    attach();
    control.evict();
    control.stay();
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(control.isEvicted).toBe(true);
  });
});
