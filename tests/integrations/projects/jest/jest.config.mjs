const options = {
  jsc: { parser: { syntax: "typescript", tsx: true }, transform: { react: { runtime: "automatic" } } },
};

export default { transform: { "\\.tsx?$": ["@swc/jest", options] } };
