from pytest_docker_tools import build, container

image = build(path=".")
server = container(image="{image.id}")
