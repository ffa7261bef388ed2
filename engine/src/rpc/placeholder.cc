namespace chatglm {}
