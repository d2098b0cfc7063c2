import dash
import streamlit
from dash import Input, Output, callback, html

dash.register_page(__name__, path="/sales")


def layout(year="2025"):
    return html.Div(table(year))


@callback(Output("total", "children"), Input("year", "value"))
def total(year):
    return year


@streamlit.cache_data(ttl=60)
def table(year):
    return [year]


@streamlit.cache_resource
def connection():  # expect: unreached
    return None
