import { nextDelivery } from './deliverySchedule';

describe('nextDelivery', () => {
  it('waits twice as long each time, up to an hour', () => {
    const now = new Date('2026-01-01T00:00:00.000Z');
    const seconds = [1, 2, 3, 7, 8, 500].map(
      attempts => (nextDelivery(now, attempts).getTime() - now.getTime()) / 1e3,
    );
    expect(seconds).toEqual([30, 60, 120, 1920, 3600, 3600]);
  });
});
