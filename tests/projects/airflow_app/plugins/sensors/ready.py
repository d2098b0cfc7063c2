from airflow.sensors.base import BaseSensorOperator


class ReadySensor(BaseSensorOperator):
    def poke(self, context):
        return True

    def probe(self):  # expect: unreached
        return False


class NeverSensor(BaseSensorOperator):  # expect: unreached
    def poke(self, context):
        return False
