import { ProjectName } from './ProjectName';
import { validateProjectName } from './validateProjectName';

/** As templates name it in `ui:field`. */
export const projectNameField = {
  name: 'ModelProjectName',
  component: ProjectName,
  validation: validateProjectName,
};
