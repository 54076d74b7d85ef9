import { angularProject } from "./project.js";

export default angularProject(20, "zoneless");
