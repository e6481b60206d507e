import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { DeploymentDetail } from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../../__testUtils__/renderPage';
import { FakeModel, type Stream } from '../testing/FakeModel';
import { TryItDialog } from '../TryItDialog';

const model = new FakeModel();
const portal = model.start();

afterAll(() => model.stop());

beforeEach(() => {
  model.requests.length = 0;
  model.models = ['tiny'];
});

async function open(
  options: {
    example?: DeploymentDetail['serving']['example'];
    language?: string;
  } = {},
) {
  const { example, language } = options;
  const onClose = jest.fn();
  renderPage(
    <TryItDialog
      tried={{
        pipelineRef: 'modelpipeline:default/chat',
        environment: 'staging',
        endpoint: '/api/model-ci/endpoints/staging/default/chat',
        version: 3,
        serving: { api: 'openai', example },
      }}
      onClose={onClose}
    />,
    { api: await portal, language },
  );
  await screen.findByRole('dialog');
  return onClose;
}

const message = () => screen.getByLabelText('Message');
const log = () => screen.getByRole('log', { name: 'Conversation' });
const button = (name: string) => screen.getByRole('button', { name });

/** Writes a question and sends it with Enter, once the models are known. */
async function ask(question: string) {
  await userEvent.type(message(), question);
  await waitFor(() => expect(button('Send')).toBeEnabled());
  await userEvent.keyboard('{Enter}');
}

/** The next answer is the test's to write. */
function nextAnswer(version?: number): Promise<Stream> {
  return new Promise(resolve => {
    model.answer = response => resolve(model.stream(response, version));
  });
}

describe('a chat with what serves', () => {
  it('shows the answer as it comes, then how long it took, and goes on with the conversation', async () => {
    await open();
    const first = nextAnswer();
    await ask('How are you?');
    const stream = await first;
    stream.text('Quite ');
    expect(await within(log()).findByText(/^Quite/)).toBeInTheDocument();
    expect(log()).toHaveAttribute('aria-busy', 'true');
    stream.text('well').end(2);
    expect(await within(log()).findByText('Quite well')).toBeInTheDocument();
    await waitFor(() => expect(log()).toHaveAttribute('aria-busy', 'false'));
    expect(within(log()).getByText('Version 3')).toBeInTheDocument();
    expect(
      within(log()).getByText(/^First token after .+ · 2 tokens in /),
    ).toBeInTheDocument();

    const second = nextAnswer(4);
    await ask('And now?');
    (await second).text('Better').end(1, 'length');
    expect(await within(log()).findByText('Version 4')).toBeInTheDocument();
    expect(
      await within(log()).findByText(/1 token in .+ reached the maximum/),
    ).toBeInTheDocument();
    expect(model.requests[1].body).toMatchObject({
      model: 'tiny',
      stream: true,
      messages: [
        { role: 'user', content: 'How are you?' },
        { role: 'assistant', content: 'Quite well' },
        { role: 'user', content: 'And now?' },
      ],
    });
    expect(message()).toHaveFocus();

    await userEvent.click(button('New chat'));
    expect(within(log()).queryByText('Better')).not.toBeInTheDocument();
    const third = nextAnswer();
    await ask('Again?');
    (await third).text('Fine').end(1);
    expect(model.requests[2].body.messages).toHaveLength(1);
  });

  it('breaks the line with Shift+Enter, and sends nothing that an input method is about to choose', async () => {
    await open();
    await userEvent.type(message(), 'one');
    await waitFor(() => expect(button('Send')).toBeEnabled());
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}two');
    expect(message()).toHaveValue('one\ntwo');
    fireEvent.keyDown(message(), { key: 'Enter', isComposing: true });
    expect(message()).toHaveValue('one\ntwo');
    expect(model.requests).toEqual([]);
  });

  it('stops an answer, for the model as well, and keeps what has come', async () => {
    await open();
    const closed = new Promise(done => {
      model.answer = response => {
        response.on('close', done);
        model.stream(response).text('On and on');
      };
    });
    await ask('Go on');
    await within(log()).findByText(/On and on/);
    await userEvent.click(button('Stop'));
    await closed;
    expect(await within(log()).findByText(/ · stopped$/)).toBeInTheDocument();
    expect(within(log()).getByText('On and on')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(button('Send')).toBeInTheDocument();
    expect(message()).toHaveFocus();
  });

  it('says in words why there is no answer, and asks once more', async () => {
    await open();
    model.answer = response => {
      response.writeHead(429, { 'X-Model-Version': '3' });
      response.end('{"error": {"message": "the queue is full"}}');
    };
    await ask('Hello?');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Version 3 refused the request (HTTP 429)');
    expect(alert).toHaveTextContent('Too many requests are under way');
    expect(alert).toHaveTextContent('the queue is full');
    const next = nextAnswer();
    await userEvent.click(
      within(alert).getByRole('button', { name: 'Try again' }),
    );
    (await next).text('Hello!').end(1);
    expect(await within(log()).findByText('Hello!')).toBeInTheDocument();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(within(log()).getAllByText('Hello?')).toHaveLength(1);
    expect(model.requests[1].body.messages).toEqual([
      { role: 'user', content: 'Hello?' },
    ]);
  });

  it.each([
    [
      'a refusal of the portal',
      403,
      'The portal refused the request (HTTP 403)',
      'You need permission',
    ],
    [
      'a service that does not speak the API',
      200,
      'This is not an answer of the OpenAI API',
      'serving.api: openai',
    ],
  ])('words %s', async (_, status, title, remedy) => {
    await open();
    model.answer = response => {
      response.writeHead(status);
      response.end('<b>no</b>');
    };
    await ask('Hello?');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(title);
    expect(alert).toHaveTextContent(remedy);
    expect(alert).not.toHaveTextContent('no</b>');
  });

  it('shows what had come before an answer was cut off', async () => {
    await open();
    model.answer = response => {
      model.stream(response).text('Half an');
      response.end();
    };
    await ask('Hello?');
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The answer was cut off',
    );
    expect(within(log()).getByText('Half an')).toBeInTheDocument();
  });

  it('shows hostile answers as text in which nothing is hidden', async () => {
    await open();
    const next = nextAnswer();
    await ask('Hello?');
    (await next)
      .text('<img src=x onerror=alert(1)> \u202egnp.exe\u0000')
      .end(3);
    expect(
      await within(log()).findByText(
        '<img src=x onerror=alert(1)> [U+202E]gnp.exe[U+0000]',
      ),
    ).toBeInTheDocument();
    expect(log().querySelector('img')).toBeNull();
  });

  it('ends an answer that does not end', async () => {
    await open();
    const closed = new Promise(done => {
      model.answer = response => {
        response.on('close', done);
        const stream = model.stream(response);
        for (let i = 0; i < 30; i++) {
          stream.text('x'.repeat(10_000));
        }
      };
    });
    await ask('Hello?');
    await closed;
    expect(
      await within(log()).findByText(/stopped after 200,000 characters/),
    ).toBeInTheDocument();
    expect(within(log()).getByText(/^x+$/).textContent).toHaveLength(200_000);
  });

  it('begins with the example of the model, and sends the settings', async () => {
    model.models = ['base', 'adapter'];
    await open({
      example: {
        model: 'adapter',
        messages: [
          { role: 'system', content: 'Answer in one word.' },
          { role: 'user', content: 'Sky?' },
        ],
        max_tokens: 8,
      },
    });
    expect(message()).toHaveValue('Sky?');
    await userEvent.click(button('Settings'));
    const temperature = screen.getByLabelText('Temperature');
    await userEvent.type(temperature, '3');
    expect(temperature).toBeInvalid();
    expect(button('Send')).toBeDisabled();
    await userEvent.clear(temperature);
    await userEvent.type(temperature, '0.2');
    expect(await screen.findByLabelText('Model')).toHaveValue('adapter');
    const next = nextAnswer();
    await waitFor(() => expect(button('Send')).toBeEnabled());
    await userEvent.click(button('Send'));
    (await next).text('Blue').end(1);
    await within(log()).findByText('Blue');
    expect(model.requests[0].body).toMatchObject({
      model: 'adapter',
      temperature: 0.2,
      max_tokens: 8,
      messages: [
        { role: 'system', content: 'Answer in one word.' },
        { role: 'user', content: 'Sky?' },
      ],
    });
  });

  it('speaks Chinese', async () => {
    await open({ language: 'zh' });
    expect(await screen.findByLabelText('消息')).toBeInTheDocument();
    expect(button('新对话')).toBeInTheDocument();
  });
});
