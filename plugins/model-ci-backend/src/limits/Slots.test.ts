import { Slots } from './Slots';

describe('Slots', () => {
  it('lets each user have so many open at once, whatever others have', () => {
    const slots = new Slots(2);
    const first = slots.take('user:default/a');
    expect(slots.take('user:default/a')).toBeDefined();
    expect(slots.take('user:default/a')).toBeUndefined();
    expect(slots.take('user:default/b')).toBeDefined();

    first?.();
    // A slot that is given back twice makes room for one.
    first?.();
    expect(slots.take('user:default/a')).toBeDefined();
    expect(slots.take('user:default/a')).toBeUndefined();
  });

  it('remembers nobody who has nothing open', () => {
    const slots = new Slots(2);
    slots.take('user:default/a')?.();
    expect(slots.openOf('user:default/a')).toBe(0);
  });
});
