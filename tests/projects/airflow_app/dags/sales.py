from datetime import datetime

from airflow import DAG
from airflow.operators.python import PythonOperator

from plugins.operators.copy import CopyOperator
from plugins.sensors.ready import ReadySensor


def extract(**context):
    return cleaned([])


def cleaned(rows):
    return rows


def extract_old(**context):  # expect: unreached
    return cleaned([])


with DAG("sales", start_date=datetime(2026, 1, 1), schedule="@daily") as dag:
    wait = ReadySensor(task_id="wait")
    pull = PythonOperator(task_id="pull", python_callable=extract)
    copy = CopyOperator(task_id="copy")
    lone = PythonOperator(task_id="lone", python_callable=lambda: None)
    wait >> pull >> copy
