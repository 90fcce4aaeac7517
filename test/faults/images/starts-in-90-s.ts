await new Promise((resolve) => setTimeout(resolve, 90_000));
