import { screen } from '@testing-library/react';
import {
  quoted,
  reason,
  REASON_TEXTS,
  type Reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderInPortal } from '../testUtils';
import zh from '../translations/reasons';
import { ErrorNotice } from '../components';
import { ReasonText } from './ReasonText';

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(\w+)(?:, number)?\}\}/g)].map(match => match[1]);

describe('reasons', () => {
  it('are said in Chinese, all of them', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(REASON_TEXTS).sort());
  });

  it.each(Object.entries<string>(REASON_TEXTS))(
    'fill the same blanks in %s',
    (key, text) => {
      const translated = zh[key as keyof typeof zh];
      const names = (of: string) => [...new Set(placeholders(of))].sort();
      // A plural may leave out its number: `once`.
      const counted = /_(one|other)$/.test(key) ? ['count'] : [];
      expect(new Set([...names(translated), ...counted])).toEqual(
        new Set([...names(text), ...counted]),
      );
    },
  );

  // No key may be the beginning of another one: translations take the dots in it for levels.
  it.each(Object.keys(REASON_TEXTS))('keep %s apart from the others', key => {
    const below = Object.keys(REASON_TEXTS).filter(other =>
      other.startsWith(`${key}.`),
    );
    expect(below).toEqual([]);
  });
});

describe('ReasonText', () => {
  const show = (value: Reason, language: string) =>
    renderInPortal(<ReasonText reason={value} />, { language });

  const value = reason('run.stageFailedBecause', {
    stage: 'train',
    reason: reason('attempt.timeout', { timeout: { seconds: 5400 } }),
  });

  it('says a reason in English', async () => {
    await show(value, 'en');
    expect(
      await screen.findByText(
        'Stage "train" failed: The attempt ran longer than its timeout of 1 hour 30 minutes; raise the stage\'s timeout if it needs more.',
      ),
    ).toBeInTheDocument();
  });

  it('says a reason in Chinese, with all its parts', async () => {
    await show(value, 'zh');
    expect(
      await screen.findByText(
        '阶段“train”失败：此次尝试的运行时间超过了超时限制 1小时30分钟；如需更长时间，请调高该阶段的 timeout。',
      ),
    ).toBeInTheDocument();
  });

  it('counts', async () => {
    await show(reason('placement.cpus', { count: 1, free: 0 }), 'en');
    expect(await screen.findByText('1 CPU needed, 0 free')).toBeInTheDocument();
  });

  it.each([
    ['en', '98,765.4321 better; about 71,000 examples would decide'],
    ['zh', '好 98,765.4321；大约 71,000 个样本才能得出结论'],
  ])('separates thousands in %s', async (language, text) => {
    const amount = { number: 98765.4321 };
    const better = reason('gate.betterBy', { amount });
    await show(
      reason('gate.wouldDecide', { reason: better, count: 71000 }),
      language,
    );
    expect(await screen.findByText(text)).toBeInTheDocument();
  });

  it('fills nothing into what is quoted', async () => {
    await show(
      reason('attempt.mayRun', {
        node: 'a',
        error: quoted('{{node}} $t(run.cancelled)'),
      }),
      'zh',
    );
    expect(
      await screen.findByText(/不再重试：\{\{node\}\} \$t\(run\.cancelled\)$/),
    ).toBeInTheDocument();
  });

  it('says what a newer backend said, in its words', async () => {
    await show({ code: 'of.tomorrow', text: 'It is tomorrow' }, 'zh');
    expect(await screen.findByText('It is tomorrow')).toBeInTheDocument();
  });
});

describe('ErrorNotice', () => {
  it('words the reason of a refusal in the language of the reader', async () => {
    const why = reason('deployment.noBranch', {
      environment: 'production',
      branches: ['main'],
    });
    const error = Object.assign(new Error('403'), {
      body: {
        error: { name: 'NotAllowedError', message: why.text, reason: why },
      },
    });
    await renderInPortal(<ErrorNotice error={error} />, { language: 'zh' });
    expect(
      await screen.findByText(/不属于任何分支的版本不得部署到 production/),
    ).toBeInTheDocument();
  });
});
