import { Slots } from './Slots';

it('lets neither a user nor an address take all', () => {
  const slots = new Slots({ total: 4, perUser: 2, perAddress: 3 });
  const take = (user: string, address: string) => slots.take(user, address);
  const first = take('ann', '1');
  take('ann', '1');
  expect(take('ann', '2')).toEqual({ type: 'busy', who: 'user' });
  take('ben', '1');
  expect(take('eva', '1')).toEqual({ type: 'busy', who: 'address' });
  expect(take('eva', '2').type).toBe('taken');
  expect(take('ben', '3')).toEqual({ type: 'busy', who: 'host' });
  if (first.type === 'taken') {
    first.release();
    first.release();
  }
  expect(take('ann', '2').type).toBe('taken');
  expect(take('eva', '1')).toEqual({ type: 'busy', who: 'host' });
});
