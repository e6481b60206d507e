import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  importPipeline,
  type ImportInput,
} from '@model-ci/backstage-plugin-model-ci-common';
import { renderPage } from '../../__testUtils__/renderPage';
import { ImportPage } from './ImportPage';

const FILE = `pipeline {
  agent any
  stages {
    stage('Build') {
      steps {
        sh 'make'
        bat 'dir'
      }
    }
  }
}
`;

function setUp(language = 'en') {
  const api = {
    importPipeline: jest.fn(async (input: ImportInput) =>
      importPipeline(input),
    ),
  };
  renderPage(<ImportPage />, { api, language });
  return api;
}

describe('ImportPage', () => {
  it('shows the definition of a chosen file beside what became of its lines', async () => {
    const api = setUp();
    const file = new File([FILE], 'Jenkinsfile');
    // jsdom has no text() of files.
    file.text = async () => FILE;
    await userEvent.upload(await screen.findByLabelText('Choose a file'), file);
    expect(
      await screen.findByText('Jenkinsfile', { selector: 'span' }),
    ).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Import' }));
    const result = await screen.findByRole('region', { name: 'Definition' });
    expect(result).toHaveTextContent('run: make');
    expect(api.importPipeline.mock.calls[0][0]).toEqual({
      text: FILE,
      name: 'Jenkinsfile',
    });
    const row = screen.getByText("bat 'dir'").closest('tr')!;
    expect(within(row).getByText('Left out')).toBeVisible();
    expect(within(row).getByText('write it for sh or bash')).toBeVisible();
    await userEvent.click(
      within(row).getByRole('button', { name: 'Line 7: show it in the file' }),
    );
    const field = screen.getByLabelText<HTMLTextAreaElement>('File to import');
    expect(field).toHaveFocus();
    expect(
      field.value.slice(field.selectionStart, field.selectionEnd).trim(),
    ).toBe("bat 'dir'");
  });

  it('says in Chinese that there is nothing to run', async () => {
    setUp('zh');
    await userEvent.type(await screen.findByLabelText('要导入的文件'), 'hello');
    await userEvent.click(screen.getByRole('button', { name: '导入' }));
    expect(
      await screen.findByText('此文件中没有可以运行的内容。'),
    ).toBeVisible();
    expect(screen.getByText(/这不是 Jenkinsfile/)).toBeVisible();
  });
});
