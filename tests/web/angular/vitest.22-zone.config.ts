import { angularProject } from "./project.js";

export default angularProject(22, "zone");
